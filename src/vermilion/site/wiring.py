"""Where a lower app learns whom to tell: handlers are registered here and called in the same transaction."""

from __future__ import annotations


def connect() -> None:
    """Register every handler; called once when Django is ready."""
    from vermilion.apps.archive import services as archive
    from vermilion.apps.cases import services as cases
    from vermilion.apps.conduct import rules as conduct_rules
    from vermilion.apps.identity import reviewing
    from vermilion.apps.integrations import services as integrations
    from vermilion.apps.notices import handlers as notices
    from vermilion.apps.notices import seal_notices
    from vermilion.apps.parties import second_person
    from vermilion.apps.payments import services as payments
    from vermilion.apps.policies import acknowledging, adding, delivery, endorsing, events, finishing, held, issuing
    from vermilion.apps.seals import granting, increasing, watching
    from vermilion.apps.seals.requests import making as seal_requests
    from vermilion.apps.signing import applying, confirmation, links
    from vermilion.apps.signing import services as signing
    from vermilion.apps.signing.company import authority
    from vermilion.apps.signing.group import answering, following, withdrawing
    from vermilion.apps.underwriting import services as underwriting

    second_person.on_agreed("conduct", conduct_rules.agreed)
    reviewing.on_decided(links.tell_reviewed)
    applying.on_changed(following.application_changed)
    applying.on_changed(authority.application_changed)
    answering.on_answered(adding.answered)
    withdrawing.on_withdrawn(adding.withdrawn)
    withdrawing.on_held(held.tell)
    seal_requests.on_waiting(seal_notices.ask_approvers)
    granting.on_waiting(seal_notices.ask_for_grant)
    increasing.on_waiting(seal_notices.ask_for_increase)
    watching.on_alert(seal_notices.tell_alert)
    cases.on_closed(signing.case_closed)
    cases.on_closed(payments.case_closed)
    cases.on_reopened(signing.case_reopened)
    cases.on_reopened(payments.case_closed)
    signing.on_completed("confirmation", underwriting.application_signed)
    signing.on_completed("authorisation", authority.completed)
    signing.on_refused("authorisation", authority.refused)
    signing.on_completed("terms_consent", underwriting.terms_signed)
    signing.on_completed("underwriting_notice", underwriting.terms_signed)  # signed itself before there was a consent
    signing.on_completed("policy_acknowledgement", acknowledging.acknowledged)
    signing.on_completed("servicing_application", endorsing.application_signed)
    signing.on_refused("confirmation", confirmation.refused)
    signing.on_refused("terms_consent", underwriting.terms_refused)
    signing.on_refused("underwriting_notice", underwriting.terms_refused)
    signing.on_refused("servicing_application", endorsing.application_refused)
    underwriting.on_accepted(payments.ask)
    payments.on_paid(issuing.start_issuing)
    notices.on_delivered(delivery.notice_arrived)
    events.on_event(integrations.policy_event)
    finishing.on_finished(archive.archive)
