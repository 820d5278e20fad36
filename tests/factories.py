"""Small builders for tests of the doors: people, logged-in browsers, cases in a state. No keeper; for whole lives see ``tests.life``."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any
from zlib import crc32

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import snapshots
from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document, PartyRole
from vermilion.apps.cases.transitions import State
from vermilion.apps.conduct import traces
from vermilion.apps.parties import organising
from vermilion.apps.parties.models import AccountRequest, Branch, Insurer, InsurerAuthentication, Role, Salesperson, StaffMember
from vermilion.apps.payments import services as payments
from vermilion.apps.policies import issuing
from vermilion.apps.policies.models import FollowUpCall, Policy, PolicyStatus
from vermilion.apps.products import signers
from vermilion.apps.products.checking import check_application
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.services import publish
from vermilion.apps.signing import services as ceremonies
from vermilion.base import clock
from vermilion.base.config import config
from vermilion.base.rows import only
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people, samples
from vermilion.core.typeset import missing_characters
from vermilion.web import devices
from vermilion.web.models import StaffLogIn
from vermilion.web.sessions import SessionStore
from vermilion.web.staff import log_ins, totp

PASSWORD = "correct horse battery"
_numbers = count(1)
# The events on the way to each state; what a state needs besides is made in ``case_in``.
_WAY = {
    State.APPLYING: (),
    State.SIGNING: ("confirmation.presented",),
    State.UNDERWRITING: ("confirmation.presented", "application.signed"),
    State.INFORMATION_REQUESTED: ("confirmation.presented", "application.signed", "information.requested"),
    State.AWAITING_PAYMENT: ("confirmation.presented", "application.signed", "application.accepted"),
    State.ISSUING: ("confirmation.presented", "application.signed", "application.accepted", "premium.paid"),
}
_WAY[State.DIFFERENT] = (*_WAY[State.ISSUING], "difference.found")
_WAY[State.HELD] = (*_WAY[State.ISSUING], "issuing.held")
_WAY[State.SEALED] = (*_WAY[State.ISSUING], "policy.sealed")
_WAY[State.DELIVERED] = (*_WAY[State.SEALED], "policy.delivered")
_WAY[State.ACKNOWLEDGED] = (*_WAY[State.DELIVERED], "policy.acknowledged")


def authenticated(of: Insurer) -> Insurer:
    """Return the insurer, recorded as checked."""
    if not organising.is_authenticated(of.pk):
        InsurerAuthentication.objects.create(insurer=of, result="passed", checked_by="测试", uscc=of.uscc, checked_at=clock.now())
    return of


def insurer(code: str = "huayue") -> Insurer:
    """Return an authenticated insurer with one branch."""
    there = Insurer.objects.filter(code=code)
    whole = there.filter(branches__code="SH", authentications__isnull=False).distinct().order_by()
    return only(whole) or (_insurer(code) if there else snapshots.addition(("insurer", code, clock.today()), lambda: _insurer(code)))


def _insurer(code: str) -> Insurer:
    made, _new = Insurer.objects.get_or_create(
        code=code,
        defaults={
            "name": f"{code} 人寿保险股份有限公司",
            "name_en": f"{code} Life",
            "short_name": f"{code} 人寿",
            "uscc": people.uscc(crc32(code.encode())),
            "address": "上海市",
            "hotline": "400-000-0000",
        },
    )
    Branch.objects.get_or_create(insurer=made, code="SH", defaults={"name": "上海分公司", "address": "上海市"})
    return authenticated(made)


def staff(*roles: str, of: Insurer | None = None, level: int = 0, name: str = "") -> StaffMember:
    """Return a new member of staff with a second factor."""
    of, number = of or insurer(), next(_numbers)
    user = get_user_model().objects.create_user(f"staff{number}", password=PASSWORD)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(totp.new_secret())})
    return StaffMember.objects.create(
        user=user,
        insurer=of,
        branch=of.branches.get(code="SH"),
        name=name or f"员工{number}",
        phone=f"1980000{number:04d}",
        roles=list(roles),
        underwriting_level=level,
    )


def salesperson(*, of: Insurer | None = None, products: tuple[str, ...] = ("critical_illness",), **changes: Any) -> Salesperson:
    """Return a new salesperson with a second factor, registered today."""
    of, number, today = of or insurer(), next(_numbers), clock.today()
    user = get_user_model().objects.create_user(f"sales{number}", password=PASSWORD)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(totp.new_secret())})
    facts = {
        "insurer": of,
        "branch": of.branches.get(code="SH"),
        "name": f"销售{number}",
        "licence_no": f"DEMO{number:08d}",
        "phone": f"1981000{number:04d}",
        "valid_from": today - timedelta(days=30),
        "valid_to": today + timedelta(days=300),
        "products": list(products),
        **changes,
    }
    return Salesperson.objects.create(user=user, **facts)


def browser(person: StaffMember | Salesperson) -> Client:
    """Return a browser in which this person is logged in, as after a first visit: no trace tells of her device."""
    client, now, device = Client(), clock.now(), f"browser {next(_numbers)}"
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
    session[log_ins.SESSION_KEY] = str(StaffLogIn.objects.create(user=person.user, started_at=now, seen_at=now).pk)
    session[devices.NOTED] = [traces.device_digest(device), int(now.timestamp())]
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.cookies[devices.COOKIE] = signing.Signer(salt=devices.SALT).sign(device)
    return client


def browser_of(role: str, **options: Any) -> Client:
    """Return a browser of a new member of staff with the role; ``client.staff`` is she."""
    person = staff(role, **options)
    client = browser(person)
    client.staff = person
    return client


def reset(browser: Client, person: StaffMember) -> Any:
    """Return the page with the first password of a person whom the administrator in ``browser`` resets, a second one agreeing."""
    browser.post(reverse("console:user_reset", args=[person.pk]))
    asked = AccountRequest.objects.get(person=person, state="requested")
    browser_of(Role.COMPLIANCE, of=person.insurer).post(reverse("console:account_request_confirm", args=[asked.pk]))
    return browser.post(reverse("console:account_request_carry_out", args=[asked.pk]))


def product(code: str = "critical_illness", *, of: Insurer | None = None) -> ProductVersion:
    """Return a demonstration product on sale."""
    of, definition = of or insurer(), content.product(code)
    rows = ProductVersion.without_text.filter(insurer=of, code=code, version=definition.version)

    def make() -> ProductVersion:
        publish(insurer=of, definition=definition)
        return rows.get()

    return only(rows) or snapshots.addition(("product", of.pk, code, clock.today()), make)


def case_in(
    state: str,
    code: str = "critical_illness",
    *,
    of: Insurer | None = None,
    seed: int = 1,
    yes: dict[str, str] | None = None,
    sold_by: Salesperson | None = None,
    sum_insured: int | None = None,
) -> Case:
    """Return a case in a state: application filled in, parties named, a policy where there is one. ``yes``: health answers."""
    of = of or insurer()
    version = product(code, of=of)

    def make() -> Case:
        return _case_in(state, code, of, version, seed, yes, sold_by, sum_insured)

    if sold_by:
        return make()
    facts = (state, of.pk, version.pk, seed, tuple(sorted((yes or {}).items())), sum_insured, clock.today(), config().home)
    return snapshots.addition(("case", *facts), make)


def _case_in(
    state: str,
    code: str,
    of: Insurer,
    version: ProductVersion,
    seed: int,
    yes: dict[str, str] | None,
    sold_by: Salesperson | None,
    sum_insured: int | None,
) -> Case:
    case = cases.start_case(
        product=version, branch=of.branches.get(code="SH"), channel="salesperson" if sold_by else "portal", salesperson=sold_by
    )
    if state == State.APPLYING:
        return case
    raw = content.sample_application(code, seed)
    if sum_insured:
        raw["plan"]["sum_insured"] = sum_insured
    if yes:
        raw["disclosure"] = samples.answers(version.definition, yes=yes)
    checked = check_application(version.definition, raw, today=clock.today(), missing_characters=missing_characters)
    application = checked.application
    with transaction.atomic():
        case = cases.lock(case.id)
        cases.save_application(case_id=case.id, data=application, sum_insured=checked.quote.sum_insured, premium=checked.quote.premium)
        roles = signers.signers_for(version.definition, application, today=clock.today())
        cases.set_parties(case=case, people=[(role, signers.signer_person(application, role)) for role in roles])
        cases.present_application(case)
        for event in _WAY[State(state)]:
            cases.advance(case, event, actor="test", deadline=cases.days(3) if event == "application.accepted" else None)
            _made(case, event, checked.quote.premium)
    case.refresh_from_db()
    return case


def _made(case: Case, event: str, premium: int) -> None:
    """Make what an event leaves behind."""
    if event == "confirmation.presented":
        document = paper(case, "confirmation", kind_of_revision="shown")
        shown = document.revisions.get()
        ceremonies.open_tasks(case=case, shown=shown, signers=list(case.parties.all()))
    elif event == "application.signed":
        case.signing_tasks.update(state="signed", signed_at=clock.now())
    elif event == "application.accepted":
        payments.create_order(case=case, amount=premium, currency="CNY")
    elif event == "premium.paid":
        case.payment_orders.update(state="paid", transaction_id=f"SB{case.number}", paid_at=clock.now())
    elif event == "policy.sealed":
        issuing._first_version(case)  # the keeper is not part of this
        Policy.objects.filter(case=case).update(status=PolicyStatus.IN_FORCE)
        case.issued_at = clock.now()
        case.save(update_fields=["issued_at"])
    elif event == "policy.delivered" and case.product.definition.follow_up_call:
        FollowUpCall.objects.create(policy=Policy.objects.get(case=case), due_on=clock.today() + timedelta(days=10))


def paper(
    case: Case, kind: str, *, title: str = "投保确认书", subject: str = "test", kind_of_revision: str = "shown", data: bytes = b""
) -> Document:
    """Return a document of the case with one revision, a one-page PDF unless ``data`` says otherwise."""
    data = data or one_page()
    with transaction.atomic():
        document = documents.open_document(case=case, kind=kind, title=title, subject=subject)
        key = documents.store_bytes(case, document.id, data)
        documents.add_revision(document=document, kind=kind_of_revision, data=data, blob_key=key, pages=1)
    return document


def one_page() -> bytes:
    """Return a valid PDF of one empty page."""
    body, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"),
        start=1,
    ):
        offsets.append(len(body))
        body += b"%d 0 obj" % number + text + b"endobj\n"
    start = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def group_policy(*, of: Insurer | None = None) -> Policy:
    """Return a group policy in force."""
    case = case_in(State.DELIVERED, "group_accident", of=of)
    return Policy.objects.get(case=case)


ALL_ROLES = tuple(Role.values)
POLICYHOLDER = PartyRole.POLICYHOLDER
