"""Fill a demo instance: insurer, branches, staff with second factors, products, seals with grants, an API client. Harmless twice."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.db import transaction

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.integrations.services import create_client
from vermilion.apps.parties import organising
from vermilion.apps.parties.models import Branch, Insurer, Role, Salesperson, StaffMember
from vermilion.apps.parties.services import create_salesperson, create_staff
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.errors import VersionAlreadyPublished
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.services import publish
from vermilion.apps.seals import living
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.models import Seal, SealGrant
from vermilion.apps.templates.services import register_library
from vermilion.base import clock, private
from vermilion.base.config import config
from vermilion.core.typeset import company_seal
from vermilion.web.staff import totp

from . import content

SEALS = (
    ("policy", "电子保单专用章", ["policy", "insured_certificate", "decision_notice", "claim_decision", "claim_refusal", "seal_register"]),
    ("endorsement", "批单专用章", ["endorsement"]),
)
VALID_FOR = timedelta(days=3 * 365)
GRANT_FOR = timedelta(days=180)
DAILY_LIMIT = 5000
API_CLIENT = "核心系统（演示）"


def password() -> str:
    """Return the one password of all demo accounts: random, made at the first run, readable by this user only."""
    return private.read_or_make(config().secrets_folder / "demo-password")


def client_file() -> Path:
    """Return where the demo API client's id and secret lie."""
    return config().secrets_folder / "demo-api-client.json"


def ensure() -> None:
    """Make whatever is missing. The keeper must run, because it makes the seals' keys."""
    insurer = _insurer()
    _people(insurer)
    for definition in content.products():
        publish_product(insurer, definition)
    register_library()
    for kind, name, document_kinds in SEALS:
        _seal(insurer, kind, name, document_kinds)
    _api_client(insurer)


def publish_product(insurer: Insurer, definition: ProductDefinition) -> ProductVersion:
    """Put a product on sale, under the next free number where an older release of this demo sold other content under its own."""
    year, number = definition.version.split("-")
    for following in count(int(number)):
        try:
            return publish(insurer=insurer, definition=definition.model_copy(update={"version": f"{year}-{following}"}))
        except VersionAlreadyPublished:
            continue
    raise AssertionError("numbers have no end")


def _insurer() -> Insurer:
    told = content.insurer()
    insurer, _made = Insurer.objects.get_or_create(
        code=told.code,
        defaults={
            "name": told.name,
            "name_en": told.name_en,
            "short_name": told.short_name,
            "uscc": told.uscc,
            "address": told.address,
            "hotline": told.hotline,
            "website": told.website,
        },
    )
    if organising.authentication_of(insurer.pk) is None:
        # Said as it is: nobody checked an invented company.
        paper = f"{told.name}\n{told.uscc}\n演示：虚构公司的证照，没有核验\n".encode()
        documents = [("演示证照.txt", paper)]
        organising.authenticate(insurer=insurer, passed=True, by="演示", documents=documents, note="演示实例，虚构公司，未核验")
    for branch in told.branches:
        Branch.objects.get_or_create(insurer=insurer, code=branch.code, defaults={"name": branch.name, "address": branch.address})
    return insurer


def _people(insurer: Insurer) -> None:
    branches = {branch.code: branch for branch in insurer.branches.all()}
    for told in content.staff():
        if not StaffMember.objects.filter(user__username=told.username).exists():
            staff = create_staff(
                branch=branches[told.branch],
                username=told.username,
                password=password(),
                name=told.name,
                phone=told.phone,
                roles=told.roles,
                underwriting_level=told.underwriting_level,
            )
            totp.enrol(staff.user)
    for seller in content.salespeople():
        if not Salesperson.objects.filter(user__username=seller.username).exists():
            made = create_salesperson(
                branch=branches[seller.branch],
                username=seller.username,
                password=password(),
                name=seller.name,
                phone=seller.phone,
                licence_no=seller.licence_no,
                valid_from=seller.valid_from,
                valid_to=seller.valid_to,
                products=seller.products,
            )
            totp.enrol(made.user)


def _seal(insurer: Insurer, kind: str, name: str, document_kinds: list[str]) -> None:
    moment = clock.now()
    seal = Seal.objects.filter(insurer=insurer, kind=kind).first()
    custodian = _staff(Role.CUSTODIAN)
    if seal is None:
        # The seal's ring takes the registered name; the note that it is a demonstration stands on every page.
        picture = company_seal(insurer.name.removesuffix("（演示）"), subtitle=name)
        seal = seals.create_seal(
            insurer_id=insurer.id,
            kind=kind,
            name=name,
            picture=picture,
            valid_from=moment,
            valid_to=moment + VALID_FOR,
            by=custodian,
            size_mm=40,
        )
    living.record_filing(
        seal=seal, authority="演示印章备案机关", number=f"DEMO-{kind.upper()}", filed_on=seal.valid_from.astimezone(clock.SHANGHAI).date()
    )
    if seal.state == Seal.State.REQUESTED:
        seals.activate_seal(seal_id=seal.id, by=custodian)
    with transaction.atomic():
        grant = SealGrant.objects.filter(seal=seal, document_kinds__contains=document_kinds).first()
        if grant is None:
            grant = seals.request_grant(
                seal_id=seal.id,
                document_kinds=document_kinds,
                products=[],
                max_amount=None,
                daily_limit=DAILY_LIMIT,
                valid_from=moment,
                valid_to=moment + GRANT_FOR,
                requested_by=custodian,
                reason="演示：自动签章授权",
            )
            seals.approve_grant(grant_id=grant.id, by=_staff(Role.APPROVER))
            seals.approve_grant(grant_id=grant.id, by=_staff(Role.COMPLIANCE))


def _staff(role: str) -> StaffMember:
    return StaffMember.objects.filter(roles__contains=[role], active=True).order_by("user__username").first()  # type: ignore[return-value]


def _api_client(insurer: Insurer) -> None:
    path = client_file()
    if path.exists() or ApiClient.objects.filter(name=API_CLIENT).exists():
        return
    made = create_client(
        insurer=insurer,
        branch=insurer.branches.get(code="SH"),
        name=API_CLIENT,
        scopes=["cases:write", "policies:write", "policies:read", "claims:write", "invoices:write", "webhooks:all", "files:verify"],
    )
    private.write_new(path, json.dumps({"client_id": made.client_id, "client_secret": made.client_secret}).encode())
