"""Who can say whether a person or company is who it claims to be. The sandbox exists only in a demo instance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from vermilion.base.instance import is_demo
from vermilion.base.validation import InvalidValue, validate_id_document, validate_phone, validate_uscc

from .errors import IdentityNotConfigured
from .models import CheckMethod, CheckResult

MISMATCH_MARK = "冒"
OUTAGE_MARK = "断"


@dataclass(frozen=True)
class Subject:
    """Who is asked about. The company fields are filled for method ``company``."""

    name: str
    id_type: str
    id_number: str
    phone: str
    company_name: str = ""
    uscc: str = ""
    legal_representative: str = ""


@dataclass(frozen=True)
class Answer:
    """What the provider said: a CheckResult. ``assurance``: sandbox, basic (records), substantial (the phone too), high (the face too)."""

    result: str
    reason: str = ""
    assurance: str = ""
    response: dict[str, Any] = field(default_factory=dict)


class ProviderUnavailable(Exception):
    """The provider cannot answer now; nothing is known about the subject."""


class IdentityProvider(Protocol):
    """A source of truth about persons. ``check`` blocks for seconds at most and raises ProviderUnavailable."""

    name: str
    sandbox: bool

    def check(self, subject: Subject, method: str) -> Answer: ...


class SandboxIdentity:
    """The demo's provider, with fixed rules: a number with right check digits passes, 冒 in a name is a mismatch, 断 an outage."""

    name = "sandbox"
    sandbox = True

    def check(self, subject: Subject, method: str) -> Answer:
        """Answer by the rules. Raises RuntimeError outside a demo instance."""
        if not is_demo():
            raise RuntimeError("the sandbox identity provider exists only in a demo instance")
        if OUTAGE_MARK in subject.name:
            raise ProviderUnavailable("sandbox outage")
        try:
            validate_id_document(subject.id_type, subject.id_number)
            if method == CheckMethod.THREE_ELEMENT:
                validate_phone(subject.phone)
            if method == CheckMethod.COMPANY:
                validate_uscc(subject.uscc)
        except InvalidValue:
            return self._answer("failed", "number_invalid")
        if MISMATCH_MARK in subject.name or (method == CheckMethod.COMPANY and MISMATCH_MARK in subject.legal_representative):
            return self._answer("failed", "mismatch")
        return self._answer("passed", "")

    def _answer(self, result: str, reason: str) -> Answer:
        response = {"sandbox": True, "result": str(result), "reason": reason}
        return Answer(result, reason, "sandbox" if result == CheckResult.PASSED else "", response)


def provider() -> IdentityProvider:
    """Return this instance's provider. Raises IdentityNotConfigured."""
    if is_demo():
        return SandboxIdentity()
    raise IdentityNotConfigured()
