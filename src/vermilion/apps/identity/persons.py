"""``/my/``: finding one's own cases by a proven phone plus name and ID number, without teaching anybody who is a customer."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases.models import CaseParty, PartyRole
from vermilion.apps.chronicle.services import record
from vermilion.base.errors import VermilionError
from vermilion.base.validation import validate_name
from vermilion.base.validation.values import half_width
from vermilion.base.vault import keyed_hash

from . import codes

PURPOSE = "my"
#: One name on a company's list opens nothing of the company's; the company itself comes as the person who acts for it.
CLOSED = (PartyRole.MEMBER, PartyRole.COMPANY, PartyRole.REPRESENTATIVE)


def prove_person(*, code_id: UUID, value: str, name: str, id_number: str, ip: str) -> list[UUID]:
    """Return the ids of every CaseParty with this name, ID number and the phone that the code was sent to.

    An empty list says "nobody of these data", never which of them is wrong; it counts as one of the code's five tries, so that a typing
    error can be mended without a new message and a search is limited like a guess. Must not run inside a transaction. Raises InvalidValue
    (name) and as :func:`codes.check_code` does.
    """
    name = validate_name(name)
    number = re.sub(r"[\s()-]", "", half_width(id_number)).upper()
    found: list[CaseParty] = []
    error: VermilionError | None
    with transaction.atomic(durable=True):
        code, error = codes.judge(code_id, value, PURPOSE)
        if code and not error:
            # All three look-ups in one query: it takes as long for a stranger as for a customer.
            found = list(
                CaseParty.objects.filter(
                    phone_hash=code.phone_hash, id_hash=keyed_hash("id_number", number), name_hash=keyed_hash("name", name)
                ).exclude(role__in=CLOSED)
            )
            if found:
                codes.use(code)
            else:
                codes.count_try(code, "nobody")
        for case_id in sorted({party.case_id for party in found}):
            record(
                stream="case",
                stream_id=case_id,
                type="access.proved",
                public={"door": "my", "code": str(code_id)},
                private={"ip": ip},
            )
    if error:
        raise error
    return [party.id for party in found]
