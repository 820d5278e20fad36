"""Who has to sign, and what each of them has to agree to first."""

from __future__ import annotations

from datetime import date
from typing import Any

from vermilion.base.validation import age_on

from .application import SignerRole
from .definition import ProductDefinition
from .wording import Consent

ADULT_AGE = 18


def is_minor(person: dict[str, Any], *, today: date) -> bool:
    """Return whether a person of a canonical application is under 18 on ``today``."""
    return bool(person.get("birth_date")) and age_on(date.fromisoformat(person["birth_date"]), today) < ADULT_AGE


def signers_for(definition: ProductDefinition, application: dict[str, Any], *, today: date) -> list[SignerRole]:
    """Return the roles that must sign the confirmation, in order.

    An adult insured other than the policyholder signs herself. For a minor the policyholder signs as parent; where she is not the
    parent, the guardian signs too. Insured persons of a group policy without death cover by others do not sign here.
    """
    insured = (application.get("insured") or [{}])[0]
    other = insured.get("relation", "self") != "self"
    minor = is_minor(insured, today=today)
    holds = {
        "always": True,
        "insured_is_other_adult": other and not minor,
        "guardian_needed": other and minor and insured.get("relation") != "child",
    }
    return [rule.role for rule in definition.signers if holds[rule.when]]


def signer_person(application: dict[str, Any], role: SignerRole) -> dict[str, Any]:
    """Return the person (name, id_type, id_number, phone …) who acts in ``role``."""
    if role == "company_agent":
        return dict(application["policyholder"]["company"]["agent"])
    if role == "company":
        holder, agent = application["policyholder"], application["policyholder"]["company"]["agent"]
        reached = {key: agent[key] for key in ("phone", "email") if key in agent}
        return {"name": holder["name"], "id_type": "company_code", "id_number": holder["company"]["uscc"], **reached}
    if role == "guardian":
        return dict(application["guardian"])
    if role == "insured":
        return dict(application["insured"][0])
    return dict(application["policyholder"])


def required_consents(definition: ProductDefinition, role: SignerRole) -> list[Consent]:
    """Return the consents that a signer in ``role`` must give, each on its own."""
    return [consent for consent in definition.consents if role in consent.required_for and consent.necessary]


def offered_consents(definition: ProductDefinition, role: SignerRole) -> list[Consent]:
    """Return every consent to show to ``role``, the optional ones too."""
    return [consent for consent in definition.consents if role in consent.required_for]
