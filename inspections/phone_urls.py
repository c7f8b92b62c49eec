"""Addresses of the phone (docs/phone.md)."""

from django.urls import path

from inspections.views import phone, phone_page, phone_sync

app_name = "phone"
urlpatterns = [
    path("", phone_page.shell, name="shell"),
    path("worker.js", phone_page.worker, name="worker"),
    path("manifest.webmanifest", phone_page.manifest, name="manifest"),
    path("session/", phone.session, name="session"),
    path("confirm/", phone.confirm, name="confirm"),
    path("visits/", phone.visits, name="visits"),
    path("blobs/<uuid:name>/", phone_sync.blob, name="blob"),
    path("sync/", phone_sync.sync, name="sync"),
]
