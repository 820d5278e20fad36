"""Addresses of the log-in and of what every page's frame needs; names are allauth's where it asks for them."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path
from django.views.i18n import set_language

from vermilion.web.display import large_print

from . import components, views

urlpatterns = [
    path("console/login/", account.login, name="account_login"),
    path("console/login/code/", views.CodeView.as_view(), name="mfa_authenticate"),
    path("console/login/inactive/", account.account_inactive, name="account_inactive"),
    path("console/logout/", account.logout, name="account_logout"),
    path("console/second-factor/", views.enrol, name="mfa_activate_totp"),
    path("console/password/", account.password_change, name="account_change_password"),
    path("i18n/language/", set_language, name="set_language"),
    path("i18n/large-print/", large_print, name="large_print"),
    path("staff/components/", components.style_guide, name="style_guide"),
    path("staff/components/<slug:layout>/", components.layout_example, name="style_guide_layout"),
]
