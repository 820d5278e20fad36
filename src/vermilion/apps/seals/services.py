"""The use cases of seals, by subject: permissions to sign, the seals in the register, grants, certificates, signing itself."""

from __future__ import annotations

from .certifying import issue_person_certificate, renew_person_certificate, renew_seal_certificate, revoke_certificate
from .granting import approve_grant, reject_grant, request_grant, revoke_grant
from .keeping import activate_seal, create_seal, freeze, unfreeze
from .permitting import abandon, approval_permission, event_permission, grant_permission, mark_stored, staff_permission
from .signing import SealedDocument, SignedDocument, ToSeal, seal_document, seal_documents, sign_by_person

__all__ = [
    "SealedDocument",
    "SignedDocument",
    "ToSeal",
    "abandon",
    "activate_seal",
    "approval_permission",
    "approve_grant",
    "create_seal",
    "event_permission",
    "freeze",
    "grant_permission",
    "issue_person_certificate",
    "mark_stored",
    "reject_grant",
    "renew_person_certificate",
    "renew_seal_certificate",
    "request_grant",
    "revoke_certificate",
    "revoke_grant",
    "seal_document",
    "seal_documents",
    "sign_by_person",
    "staff_permission",
    "unfreeze",
]
