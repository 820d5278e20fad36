"""Addresses of the customer's door. A case number in an address opens nothing by itself."""

from __future__ import annotations

from django.urls import path

from . import documents, doors, form_pages, handover, home, insured_list, passkeys, proving, signing_pages, status, steps, stop

urlpatterns = [
    path("", home.home, name="home"),
    path("p/<slug:code>/", home.product_page, name="product"),
    path("p/<slug:code>/clauses/", home.clauses_page, name="clauses"),
    path("p/<slug:code>/clauses.txt", home.clauses_download, name="clauses_file"),
    path("p/<slug:code>/start/", home.start, name="start"),
    path("s/", doors.pickup, name="door_pickup"),
    path("s/phone/", doors.phone, name="door_phone"),
    path("s/resend/", doors.resend, name="door_resend"),
    path("s/resent/", doors.resent, name="door_resent"),
    path("s/<str:token>/", doors.token, name="door_token"),
    path("s/<str:token>", doors.token),  # as messages print it
    path("apply/<slug:number>/", status.status, name="apply_status"),
    path("apply/<slug:number>/progress/", status.progress, name="apply_progress"),
    path("apply/<slug:number>/notice/", steps.notice, name="apply_notice"),
    path("apply/<slug:number>/consents/", steps.consents, name="apply_consents"),
    path("apply/<slug:number>/application/", form_pages.review, name="apply_application"),
    path("apply/<slug:number>/application/template.csv", insured_list.template_file, name="apply_list_template"),
    path("apply/<slug:number>/application/<slug:key>/", form_pages.section, name="apply_section"),
    path("apply/<slug:number>/application/<slug:key>/draft/", form_pages.draft, name="apply_draft"),
    path("apply/<slug:number>/application/<slug:key>/price/", form_pages.price, name="apply_price"),
    path("apply/<slug:number>/health/", steps.disclosure, name="apply_disclosure"),
    path("apply/<slug:number>/health/draft/", steps.disclosure_draft, name="apply_disclosure_draft"),
    path("apply/<slug:number>/prompts/", steps.application_notice, name="apply_application_notice"),
    path("apply/<slug:number>/exemption/", steps.exemption, name="apply_exemption"),
    path("apply/<slug:number>/identity/", proving.identity, name="apply_identity"),
    path("apply/<slug:number>/identity/again/", proving.identity_again, name="apply_identity_again"),
    path("apply/<slug:number>/phone/", proving.phone, name="apply_phone"),
    path("apply/<slug:number>/confirmation/", proving.present, name="apply_confirmation"),
    path("apply/<slug:number>/signer/consents/", proving.signer_consents, name="apply_signer_consents"),
    path("apply/<slug:number>/signer/identity/", proving.signer_identity, name="apply_signer_identity"),
    path("apply/<slug:number>/sign/", signing_pages.read, name="apply_sign"),
    path("apply/<slug:number>/sign/write/", signing_pages.write, name="apply_sign_write"),
    path("apply/<slug:number>/sign/passkey/begin/", passkeys.begin, name="apply_passkey_begin"),
    path("apply/<slug:number>/sign/passkey/add/", passkeys.add, name="apply_passkey_add"),
    path("apply/<slug:number>/sign/refuse/", signing_pages.refuse, name="apply_sign_refuse"),
    path("apply/<slug:number>/sign/status/", signing_pages.status, name="apply_sign_status"),
    path("apply/<slug:number>/remind/<uuid:party_id>/", signing_pages.remind, name="apply_remind"),
    path("apply/<slug:number>/resume/", handover.resume, name="apply_resume"),
    path("apply/<slug:number>/resume/state/", handover.state, name="apply_resume_state"),
    path("apply/<slug:number>/reopen/", steps.reopen, name="apply_reopen"),
    path("apply/<slug:number>/withdraw/", status.withdraw, name="apply_withdraw"),
    path("apply/<slug:number>/information/", status.information, name="apply_information"),
    path("apply/<slug:number>/pay/", status.pay, name="apply_pay"),
    path("apply/<slug:number>/acknowledge/", status.acknowledge, name="apply_acknowledge"),
    path("apply/<slug:number>/documents/<slug:code>/", documents.read, name="apply_document"),
    path("apply/<slug:number>/documents/<slug:code>/file.pdf", documents.download, name="apply_document_file"),
    path(
        "apply/<slug:number>/documents/<slug:code>/<int:revision>/page-<int:page_number>.webp",
        documents.picture,
        name="apply_document_page",
    ),
    path("apply/<slug:number>/not-me/", stop.stop, name="apply_stop"),
    path("apply/<slug:number>/stopped/", stop.stopped, name="apply_stopped"),
]
