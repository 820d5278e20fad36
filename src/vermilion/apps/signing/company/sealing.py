"""The company's own seal: its picture, and its setting by what the agent signs. Key and certificate are the keeper's, for once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, PartyRole
from vermilion.apps.chronicle.services import record
from vermilion.apps.seals.picturing import picture_from_photo
from vermilion.apps.signing import applying
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.core.typeset.errors import SealError
from vermilion.core.typeset.seals import company_seal

from .errors import SealNotDrawn
from .models import CompanySeal

LARGEST_PHOTO = 10 * 1024 * 1024


def keep_photo(*, case_id: UUID, photo: bytes) -> CompanySeal:
    """Take the seal's picture from a photograph of its impression. Raises PhotoUnusable, ApplicationLocked. Not inside a transaction."""
    return _keep(case_id, picture_from_photo(photo), CompanySeal.Source.PHOTO)


def keep_drawn(*, case_id: UUID) -> CompanySeal:
    """Draw the seal from the company's name. Raises SealNotDrawn, ApplicationLocked."""
    return _keep(case_id, drawn(_name(Case.objects.get(pk=case_id))), CompanySeal.Source.DRAWN)


def drawn(name: str) -> str:
    """Return a round seal of this name as SVG. Raises SealNotDrawn."""
    try:
        return company_seal(name, diameter=40)
    except SealError as error:
        raise SealNotDrawn() from error


def picture_of(case: Case) -> str:
    """Return the picture of the company's seal as SVG; drawn from its name where it gave none."""
    kept = CompanySeal.objects.filter(case=case).first()
    return str(kept.content["svg"]) if kept else drawn(_name(case))


def is_set_by(task: SigningTask) -> bool:
    """Tell whether signing this task sets the company's seal on the same document."""
    return task.party.role == PartyRole.COMPANY_AGENT and _seal_task(task) is not None


def accept(task: SigningTask) -> None:
    """The agent has proven her will to sign and seal: the company's task is accepted by hers. Case locked."""
    sealed = _seal_task(task) if task.party.role == PartyRole.COMPANY_AGENT else None
    if sealed is None:
        return
    sealed.state, sealed.accepted_at, sealed.acted_by, sealed.read_at = TaskState.ACCEPTED, task.accepted_at, task, task.read_at
    sealed.save(update_fields=["state", "accepted_at", "acted_by", "read_at"])
    record(
        stream="case",
        stream_id=task.case_id,
        type="company.seal_accepted",
        public={"task": str(sealed.id), "by": str(task.id), "shown": task.shown_digest, "picture": sha256(picture_of(task.case).encode())},
    )


def _seal_task(task: SigningTask) -> SigningTask | None:
    return task.document.signing_tasks.filter(party__role=PartyRole.COMPANY, state=TaskState.OPEN).first()


def _keep(case_id: UUID, svg: str, source: str) -> CompanySeal:
    with transaction.atomic():
        case = applying.open_case(case_id)
        digest = sha256(svg.encode())
        made, _new = CompanySeal.objects.update_or_create(
            case=case, defaults={"content": {"svg": svg}, "digest": digest, "source": source, "made_at": clock.now()}
        )
        record(stream="case", stream_id=case.id, type="company.seal_kept", public={"picture": digest, "source": str(source)})
    return made


def _name(case: Case) -> str:
    return str(cases.application(case).data["policyholder"]["name"])
