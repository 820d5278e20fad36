"""One-time codes: sending within quotas, and judging a try so that its count survives whatever follows."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import get_language

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.catalogue import PURPOSES
from vermilion.apps.notices.rendering import LONGEST_VALUE
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Insurer
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.base.validation import validate_phone
from vermilion.base.vault import keyed_hash

from .errors import CodeBoundElsewhere, CodeExhausted, CodeExpired, CodeRefused, CodeTooSoon, CodeUsed, CodeWrong
from .limits import CODE_LIFE, CODE_TRIES, CodeLimits, code_limits
from .models import OneTimeCode

BATCH = 1000
#: What is recorded of a code that belongs to no case: of a log-in that succeeds its own event tells.
_OF_NO_CASE = ("code.withheld", "code.guessed")
#: The stream of guesses: they belong to no case.
GUESSING = UUID("6d1f2f0c-5d0e-4f5b-9a57-0e7b1c9f3a01")


def send_code(
    *,
    purpose: str,
    phone: str,
    ip: str,
    case: Case | None = None,
    party: CaseParty | None = None,
    bound_digest: str = "",
    wording: str = "",
    language: str | None = None,
    insurer: Insurer | None = None,
    made: tuple[UUID, str] | None = None,
) -> OneTimeCode:
    """Send six digits to ``phone`` and return the OneTimeCode, whose id the page keeps. Earlier codes of the same purpose stop working.

    ``made``: id and digits of a code that somebody else made and will judge as well (the keeper).

    ``purpose`` is a key of the notices catalogue's PURPOSES. ``bound_digest`` is the shown digest that the code approves; ``wording``
    completes "用于…" in the message. Raises InvalidValue (phone), CodeTooSoon, CodeRefused.
    """
    phone = validate_phone(phone)
    language = language or (case.language if case else get_language() or "zh-hans")
    text = wording or PURPOSES[purpose][language.startswith("en")]
    number, value = made or (uuid4(), f"{secrets.randbelow(10**6):06d}")
    moment = clock.now()
    code = OneTimeCode(
        id=number,
        purpose=purpose,
        case=case,
        party=party,
        phone_hash=keyed_hash("phone", phone),
        address_hash=keyed_hash("address", ip),
        bound_digest=bound_digest,
        wording_digest=sha256(wording.encode()) if wording else "",
        created_at=moment,
        expires_at=moment + CODE_LIFE,
    )
    code.code_hash = _code_hash(code.id, value)
    with transaction.atomic():
        _take_turns(code.phone_hash, code.address_hash)
        refused = _over_quota(code, moment, code_limits())
        if refused is None:
            _send(code, phone=phone, value=value, text=text, language=language, insurer=insurer, ip=ip)
        elif not isinstance(refused, CodeTooSoon):  # more than impatience: it goes on record
            _record(code, "code.withheld")
    if refused:
        raise refused
    return code


def seconds_to_resend(code_id: UUID | str) -> int:
    """Return in how many seconds the phone that got this code may get another one; 0 for at once or for no code at all."""
    sent = OneTimeCode.objects.filter(pk=code_id).values_list("created_at", flat=True).first() if code_id else None
    left = sent + code_limits().resend - clock.now() if sent else timedelta()
    return _seconds(left) if left > timedelta() else 0


def check_code(*, code_id: UUID, value: str, purpose: str, bound_digest: str = "") -> OneTimeCode:
    """Use up a code. Must not run inside a transaction, so that a wrong try stays counted when the caller's work rolls back.

    Raises CodeWrong (``tries_left``), CodeExhausted, CodeExpired, CodeUsed, CodeBoundElsewhere.
    """
    with transaction.atomic(durable=True):
        code, error = judge(code_id, value, purpose, bound_digest)
        if code and not error:
            use(code)
    if error:
        raise error
    assert code is not None  # noqa: S101 -- judge returns a code or an error
    return code


def judge(code_id: UUID, value: str, purpose: str, bound_digest: str = "") -> tuple[OneTimeCode | None, VermilionError | None]:
    """Return the locked code and what is wrong with this try, which is counted by then. The caller commits, then raises."""
    code = OneTimeCode.objects.select_for_update(no_key=True).filter(pk=code_id, purpose=purpose).first()
    if code is None:
        return None, CodeExpired()
    if code.used_at:
        return code, CodeUsed()
    if code.tries >= CODE_TRIES:
        return code, CodeExhausted()
    if code.expires_at <= clock.now():
        return code, CodeExpired()
    if not compare_digest(code.bound_digest, bound_digest):
        count_try(code, CodeBoundElsewhere.code)
        return code, CodeBoundElsewhere()
    if not compare_digest(code.code_hash, _code_hash(code.id, digits(value))):
        count_try(code)
        left = CODE_TRIES - code.tries
        return code, CodeWrong(left) if left else CodeExhausted()
    return code, None


def count_try(code: OneTimeCode, why: str = CodeWrong.code) -> None:
    """Count one try against a locked code; ``why``: the code of the error that it met."""
    code.tries += 1
    code.save(update_fields=["tries"])
    _record(code, "code.refused", tries=code.tries, why=why)
    if code.case_id is None and code.tries == CODE_TRIES:
        _record(code, "code.guessed", why=why)


def use(code: OneTimeCode) -> None:
    """Mark a locked, rightly entered code as used."""
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    _record(code, "code.verified", bound=code.bound_digest)


def forget(*, before: datetime) -> int:
    """Delete the codes of before then that no willingness rests on; what was sent and verified stays in the evidence. Return how many."""
    count = 0
    while ids := list(OneTimeCode.objects.filter(created_at__lt=before, willingness=None).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            OneTimeCode.objects.filter(pk__in=ids).delete()
        count += len(ids)
    return count


def _send(code: OneTimeCode, *, phone: str, value: str, text: str, language: str, insurer: Insurer | None, ip: str) -> None:
    """Send and keep a code; earlier ones of its purpose stop working. Inside the transaction that has counted."""
    earlier = OneTimeCode.objects.filter(
        phone_hash=code.phone_hash, purpose=code.purpose, case=code.case, party=code.party, used_at=None, expires_at__gt=code.created_at
    )
    earlier.update(expires_at=code.created_at)
    code.notice = send(
        case=code.case,
        template="code",
        channel="sms",
        to=phone,
        party=code.party,
        language=language,
        insurer=insurer,
        data={
            "code": value,
            "minutes": str(int(CODE_LIFE.total_seconds()) // 60),
            "wording": text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…",
        },
    )
    code.save(force_insert=True)
    _record(code, "code.sent", private={"phone": phone, "wording": text, "ip": ip})


def _code_hash(code_id: UUID, value: str) -> str:
    return keyed_hash("one_time_code", f"{code_id}:{value}")


def digits(value: str) -> str:
    """Return what somebody entered without what people paste with it: spaces and full-width digits."""
    return "".join(unicodedata.normalize("NFKC", str(value)).split())[:12]


def _take_turns(*hashes: str) -> None:
    """Let only one sender at a time count for a phone, and for an address: two at once must not both be the last within the quota."""
    with connection.cursor() as cursor:
        for value in hashes:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(value[:15], 16)])


def _over_quota(code: OneTimeCode, moment: datetime, limits: CodeLimits) -> CodeRefused | None:
    phone = OneTimeCode.objects.filter(phone_hash=code.phone_hash)
    last = phone.order_by("-created_at").values_list("created_at", flat=True).first()
    if last and moment - last < limits.resend:
        return CodeTooSoon(_seconds(last + limits.resend - moment))
    address = OneTimeCode.objects.filter(address_hash=code.address_hash)
    hour, day = timedelta(hours=1), timedelta(days=1)
    from_there = limits.known_hour if code.party_id else limits.address_hour
    for rows, window, most in ((phone, hour, limits.phone_hour), (phone, day, limits.phone_day), (address, hour, from_there)):
        sent = rows.filter(created_at__gt=moment - window).order_by("-created_at").values_list("created_at", flat=True)[:most]
        if len(sent) >= most:
            return CodeRefused(_seconds(list(sent)[-1] + window - moment))
    return None


def _seconds(span: timedelta) -> int:
    return max(1, -int(-span.total_seconds() // 1))


def _record(code: OneTimeCode, type: str, *, private: dict[str, object] | None = None, **public: object) -> None:
    facts = {"code": str(code.id), "purpose": code.purpose, "bound": code.bound_digest, **public}
    if code.case_id:
        record(stream="case", stream_id=code.case_id, type=type, public=facts, private=private)
    elif type in _OF_NO_CASE:
        record(stream="system", stream_id=GUESSING, type=type, public={**facts, "address": code.address_hash})
