"""Who can say whether a person or company is who it claims to be. The sandbox exists only in a demo instance."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

from vermilion.base import clock, master_key
from vermilion.base.config import config
from vermilion.base.instance import is_demo
from vermilion.base.validation import InvalidValue, validate_bank_card, validate_id_document, validate_phone, validate_uscc

from .assurance import USUAL
from .errors import IdentityNotConfigured
from .models import CheckMethod, CheckResult

MISMATCH_MARK = "冒"
OUTAGE_MARK = "断"
SKEW_SECONDS = 300


@dataclass(frozen=True)
class Subject:
    """Who is asked about. Company fields are filled for method ``company``, those of the ward for ``guardian``."""

    name: str
    id_type: str
    id_number: str
    phone: str
    bank_card: str = ""
    company_name: str = ""
    uscc: str = ""
    legal_representative: str = ""
    ward_name: str = ""
    ward_id_type: str = ""
    ward_id_number: str = ""

    def values(self) -> dict[str, str]:
        """Return the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Question:
    """What else goes to a provider: our number of the question, and for a visit where it returns to and is told of."""

    id: str
    return_url: str = ""
    callback_url: str = ""


@dataclass(frozen=True)
class Answer:
    """What the provider said: a CheckResult, a stable reason, and the answer itself. ``picture``: base64 of a face."""

    result: str
    reason: str = ""
    assurance: str = ""
    response: Any = field(default_factory=dict)
    picture: str = ""

    @property
    def text(self) -> str:
        """Return the answer as one text, the same for the same answer."""
        return json.dumps(self.response, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Started:
    """A visit that began: the provider's number of it, where the customer goes, and the minutes it may take."""

    reference: str
    redirect: str
    minutes: int


@dataclass(frozen=True)
class Told:
    """What a callback said about a visit."""

    reference: str
    answer: Answer


class ProviderUnavailable(Exception):
    """The provider cannot answer now, or not so that it decides; nothing is known about the subject. ``str()``: a stable word."""


class IdentityProvider(Protocol):
    """A source of truth about persons. ``cost``: fen for each answered question. ``check`` blocks for seconds at most and raises
    ProviderUnavailable; ``assurance`` is empty for a method that is not offered; ``health`` returns a sentence or raises."""

    name: str
    sandbox: bool
    cost: int

    def assurance(self, method: str) -> str: ...

    def health(self) -> str: ...

    def check(self, subject: Subject, method: str, question: Question) -> Answer: ...


@runtime_checkable
class FaceProvider(Protocol):
    """A provider to which the customer goes for a while. ``read_callback`` raises ``outside.signing.Unsigned`` unless it is genuine."""

    def start(self, subject: Subject, question: Question) -> Started: ...

    def result(self, reference: str, question_id: str) -> Answer: ...

    def read_callback(self, headers: Mapping[str, str], path: str, raw: bytes) -> Told: ...


class SandboxIdentity:
    """The demo's provider, with fixed rules: a number with right check digits passes, 冒 in a name is a mismatch, 断 an outage."""

    name = "sandbox"
    sandbox = True
    cost = 0

    def assurance(self, method: str) -> str:
        """Say that nothing real is proven, by whatever is not done by the insurer's own people."""
        return "sandbox" if method in USUAL and method not in ("manual", "authorisation") else ""

    def health(self) -> str:
        """Say that it is the sandbox."""
        return "sandbox"

    def check(self, subject: Subject, method: str, question: Question | None = None) -> Answer:
        """Answer by the rules. Raises RuntimeError outside a demo instance."""
        self._in_a_demo()
        if OUTAGE_MARK in subject.name:
            raise ProviderUnavailable("sandbox_outage")
        try:
            validate_id_document(subject.id_type, subject.id_number)
            if method in (CheckMethod.THREE_ELEMENT, CheckMethod.FOUR_ELEMENT):
                validate_phone(subject.phone)
            if method == CheckMethod.FOUR_ELEMENT:
                validate_bank_card(subject.bank_card)
            if method == CheckMethod.COMPANY:
                validate_uscc(subject.uscc)
            if method == CheckMethod.GUARDIAN:
                validate_id_document(subject.ward_id_type, subject.ward_id_number)
        except InvalidValue:
            return self._answer("failed", "number_invalid")
        names = (subject.name, subject.legal_representative, subject.ward_name)
        if any(MISMATCH_MARK in name for name in names):
            return self._answer("failed", "mismatch")
        return self._answer("passed", "")

    def start(self, subject: Subject, question: Question) -> Started:
        """Begin a visit to the sandbox's page."""
        self._in_a_demo()
        if OUTAGE_MARK in subject.name:
            raise ProviderUnavailable("sandbox_outage")
        return Started(question.id, f"/sandbox/face/{question.id}/", 15)

    def result(self, reference: str, question_id: str) -> Answer:
        """Say that the visit goes on: this provider only calls back."""
        raise ProviderUnavailable("busy")

    def read_callback(self, headers: Mapping[str, str], path: str, raw: bytes) -> Told:
        """Believe a callback that the sandbox's page signed."""
        from .outside.signing import Unsigned

        time = headers.get("X-Timestamp") or ""
        if not hmac.compare_digest(self.sign(time, raw).encode(), (headers.get("X-Signature") or "").encode()):
            raise Unsigned("forged")
        if not re.fullmatch(r"[0-9]{1,12}", time) or abs(clock.now().timestamp() - int(time)) > SKEW_SECONDS:
            raise Unsigned("stale")
        said = json.loads(raw)
        passed = said["outcome"] == "passed"
        return Told(str(said["reference"]), self._answer("passed" if passed else "failed", "" if passed else str(said["outcome"])))

    def sign(self, time: str, raw: bytes) -> str:
        """Return the hex signature of a callback."""
        return hmac.new(master_key.derive("sandbox-identity"), time.encode() + b"." + raw, hashlib.sha256).hexdigest()

    def _in_a_demo(self) -> None:
        if not is_demo():
            raise RuntimeError("the sandbox identity provider exists only in a demo instance")

    def _answer(self, result: str, reason: str) -> Answer:
        response = {"sandbox": True, "result": str(result), "reason": reason}
        return Answer(result, reason, "sandbox" if result == CheckResult.PASSED else "", response)


def every() -> list[IdentityProvider]:
    """Return this instance's providers in the order of asking; none when nothing is configured. Raises ProvidersInvalid."""
    if is_demo():
        return [SandboxIdentity()]
    path = config().identity_file
    if path is None:
        return []
    from .outside import settings
    from .outside.https import HttpIdentity

    return [HttpIdentity(one) for one in settings.load(path)]


def offering(method: str) -> list[IdentityProvider]:
    """Return who answers questions of a method, in the order of asking. Raises IdentityNotConfigured."""
    found = [one for one in every() if one.assurance(method)]
    if not found:
        raise IdentityNotConfigured()
    return found


def named(name: str) -> IdentityProvider | None:
    """Return the provider of a name."""
    return next((one for one in every() if one.name == name), None)
