"""How a signer proves that she wants this document: which ways the product accepts, and what each leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import WillingnessMethodRefused
from vermilion.apps.identity.models import CheckMethod, IdentityCheck, Willingness
from vermilion.apps.identity.willing import units
from vermilion.base.config import config
from vermilion.core.trust.passkeys import Assertion

from .identifying import CALLBACK
from .models import SigningTask

ACKNOWLEDGEMENT = "policy_acknowledgement"
_NONE = UUID(int=0)


@dataclass(frozen=True)
class Proof:
    """What the signer gave: a code; a face check that passed; a passkey's answer; or drawings, one for each unit of the statement."""

    method: str = "sms"
    code_id: UUID = _NONE
    code: str = ""
    check_id: UUID = _NONE
    drawings: tuple[Any, ...] = ()
    question_id: UUID = _NONE
    answer: Assertion | None = None


def accepted(task: SigningTask) -> list[str]:
    """Return the methods that may prove the will to sign this document: the product's choice for its confirmation, and for the others."""
    rule = task.case.product.definition.willingness
    return list(rule.methods if task.document.kind == "confirmation" else rule.others)


def by_hand(task: SigningTask) -> bool:
    """Tell whether a written name is asked. That a policy was received needs one tap and a proof, unless the product says otherwise."""
    return task.document.kind != ACKNOWLEDGEMENT or task.case.product.definition.willingness.acknowledgement_by_hand


def statement(task: SigningTask) -> str:
    """Return the sentence that is copied by hand; empty where none is asked."""
    text = task.case.product.definition.willingness.statement
    return text.of(task.case.language) if text else ""


def statement_units(task: SigningTask) -> list[str]:
    """Return what is written one by one."""
    return units(statement(task))


def visit(*, task: SigningTask, wording: str, ip: str, return_url: str) -> IdentityCheck:
    """Begin a face check that is bound to the task's document. Raises WillingnessMethodRefused and as ``identity.start_face`` does."""
    if "face" not in accepted(task):
        raise WillingnessMethodRefused()
    return identity.start_face(
        party_id=task.party_id,
        ip=ip,
        return_url=return_url,
        callback_url=config().base_url + CALLBACK,
        bound_digest=task.shown_digest,
        wording=wording,
    )


def visit_of(task: SigningTask) -> IdentityCheck | None:
    """Return the newest face check for exactly this document that no signature has used."""
    checks = IdentityCheck.objects.filter(party=task.party, method=CheckMethod.FACE, bound_digest=task.shown_digest, willingness=None)
    return checks.order_by("-started_at").first()


def take(*, task: SigningTask, proof: Proof, wording: str, ip: str, device: str) -> Willingness:
    """Turn a proof into the Willingness of this task. Not inside a transaction. Raises what the method raises."""
    if proof.method not in accepted(task):
        raise WillingnessMethodRefused()
    given: dict[str, Any] = {
        "party": task.party,
        "document_id": task.document_id,
        "shown_digest": task.shown_digest,
        "wording": wording,
        "ip": ip,
        "device": device,
    }
    if proof.method == "face":
        return identity.verify_face(check_id=proof.check_id, **given)
    if proof.method == "passkey" and proof.answer:
        return identity.verify_passkey(question_id=proof.question_id, answer=proof.answer, **given)
    if proof.method == "copied":
        return identity.verify_copied(statement=statement(task), drawings=list(proof.drawings), **given)
    return identity.verify_willingness(code_id=proof.code_id, value=proof.code, **given)
