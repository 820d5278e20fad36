"""Addresses of the console. Every name stands in the table of :mod:`.permissions`."""

from __future__ import annotations

from django.urls import path

from . import case, machine, operations, papers, policies, queue, seals, service, shown, underwriting, users

app_name = "console"

urlpatterns = [
    path("", operations.landing, name="operations"),
    path("search/", queue.search, name="search"),
    path("queue/<slug:name>/", queue.queue, name="queue"),
    path("queue/<slug:name>/export.csv", queue.queue_csv, name="queue_csv"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/take/", case.case_take, name="case_take"),
    path("cases/<str:number>/assign/", case.case_assign, name="case_assign"),
    path("cases/<str:number>/parties/<uuid:party_id>/reveal/", case.case_reveal, name="case_reveal"),
    path("cases/<str:number>/differences/", case.case_explain, name="case_explain"),
    path("cases/<str:number>/retry/", case.case_retry, name="case_retry"),
    path("cases/<str:number>/withdraw/", case.case_withdraw, name="case_withdraw"),
    path("cases/<str:number>/lift/", case.case_lift, name="case_lift"),
    path("cases/<str:number>/pages/", shown.case_pages, name="case_pages"),
    path("cases/<str:number>/pages/<uuid:version_id>/", shown.case_page, name="case_page"),
    path("cases/<str:number>/pages/<uuid:version_id>/content/", shown.case_page_content, name="case_page_content"),
    path("documents/<uuid:document_id>/", papers.document, name="document"),
    path("documents/<uuid:document_id>/<int:revision>/page-<int:page>.webp", papers.document_picture, name="document_picture"),
    path("documents/<uuid:document_id>/<int:revision>/file.pdf", papers.document_file, name="document_file"),
    path("underwriting/", underwriting.underwriting, name="underwriting"),
    path("underwriting/<str:number>/", underwriting.underwriting_case, name="underwriting_case"),
    path("underwriting/<str:number>/decide/", underwriting.underwriting_decide, name="underwriting_decide"),
    path("underwriting/<str:number>/ask/", underwriting.underwriting_ask, name="underwriting_ask"),
    path("service/", service.service, name="service"),
    path("service/<str:number>/", service.service_case, name="service_case"),
    path("service/<str:number>/remind/", service.service_remind, name="service_remind"),
    path("service/<str:number>/follow-up/", service.service_follow_up, name="service_follow_up"),
    path("service/<str:number>/end/", service.service_end, name="service_end"),
    path("policies/<uuid:policy_id>/", policies.policy, name="policy"),
    path("policies/<uuid:policy_id>/insured/", policies.policy_add_insured, name="policy_add_insured"),
    path("policies/<uuid:policy_id>/insured.csv", policies.policy_insured_template, name="policy_insured_template"),
    path("endorsements/<uuid:endorsement_id>/withdraw/", policies.endorsement_withdraw, name="endorsement_withdraw"),
    path("endorsements/<uuid:endorsement_id>/retry/", policies.endorsement_retry, name="endorsement_retry"),
    path("seals/", seals.seals, name="seals"),
    path("seals/uses/", seals.seal_uses, name="seal_uses"),
    path("seals/uses/export.csv", seals.seal_uses_csv, name="seal_uses_csv"),
    path("seals/<uuid:seal_id>/freeze/", seals.seal_freeze, name="seal_freeze"),
    path("seals/<uuid:seal_id>/unfreeze/", seals.seal_unfreeze, name="seal_unfreeze"),
    path("seals/grants/", seals.grant_request, name="grant_request"),
    path("seals/grants/<uuid:grant_id>/approve/", seals.grant_approve, name="grant_approve"),
    path("seals/grants/<uuid:grant_id>/reject/", seals.grant_reject, name="grant_reject"),
    path("seals/grants/<uuid:grant_id>/revoke/", seals.grant_revoke, name="grant_revoke"),
    path("jobs/", machine.jobs, name="jobs"),
    path("jobs/<int:job_id>/retry/", machine.job_retry, name="job_retry"),
    path("notices/", machine.notices, name="notices"),
    path("notices/<uuid:notice_id>/resend/", machine.notice_resend, name="notice_resend"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/new-salesperson/", users.seller_new, name="seller_new"),
    path("users/<uuid:person_id>/", users.user, name="user"),
    path("salespeople/<uuid:person_id>/", users.seller, name="seller"),
    path("users/<uuid:person_id>/reset/", users.user_reset, name="user_reset"),
    path("users/<uuid:person_id>/active/", users.user_active, name="user_active"),
]
