"""Addresses of the salesperson's pages."""

from __future__ import annotations

from django.urls import path

from . import meeting, views

app_name = "sales"

urlpatterns = [
    path("", views.home, name="home"),
    path("badge/", views.badge, name="badge"),
    path("start/", views.products, name="products"),
    path("start/<slug:code>/", views.start, name="start"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/share/", views.share, name="share"),
    path("cases/<str:number>/remind/", views.remind, name="remind"),
    path("cases/<str:number>/meet/", meeting.meet, name="meet"),
    path("cases/<str:number>/meet/progress/", meeting.progress, name="meet_progress"),
    path("cases/<str:number>/meet/hand/", meeting.hand, name="meet_hand"),
]
