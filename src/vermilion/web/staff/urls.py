"""Addresses of the log-in and of what every page's frame needs; names are allauth's where it asks for them."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path
from django.views.i18n import set_language

from vermilion.web.display import large_print

from . import account as own_account
from . import components, delegations, passkeys, sign_on, views, written_name

urlpatterns = [
    path("console/login/", views.LogInView.as_view(), name="account_login"),
    path("console/login/code/", views.CodeView.as_view(), name="mfa_authenticate"),
    path("console/login/inactive/", account.account_inactive, name="account_inactive"),
    path("console/logout/", account.logout, name="account_logout"),
    path("console/second-factor/", views.enrol, name="mfa_activate_totp"),
    path("console/password/", account.password_change, name="account_change_password"),
    path("console/account/", own_account.security, name="account_security"),
    path("console/account/log-ins/end/", own_account.end_log_ins, name="log_ins_end"),
    path("console/account/passkeys/begin/", passkeys.begin_adding, name="passkey_begin_adding"),
    path("console/account/passkeys/add/", passkeys.add, name="passkey_add"),
    path("console/account/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="passkey_remove"),
    path("console/login/sign-on/", sign_on.begin, name="sign_on"),
    path("console/login/sign-on/back/", sign_on.come_back, name="sign_on_back"),
    path("console/login/passkey/begin/", passkeys.begin_log_in, name="passkey_begin_log_in"),
    path("console/login/passkey/", passkeys.log_in, name="passkey_log_in"),
    path("console/account/signature/", written_name.written_name, name="written_name"),
    path("console/account/signature/<uuid:written_id>/confirm/", written_name.confirm, name="written_name_confirm"),
    path("console/account/signature/stop/", written_name.stop, name="written_name_stop"),
    path("console/account/delegations/", delegations.delegations, name="delegations"),
    path("console/account/delegations/<uuid:delegation_id>/withdraw/", delegations.withdraw, name="delegation_withdraw"),
    path("i18n/language/", set_language, name="set_language"),
    path("i18n/large-print/", large_print, name="large_print"),
    path("staff/components/", components.style_guide, name="style_guide"),
    path("staff/components/<slug:layout>/", components.layout_example, name="style_guide_layout"),
]
