"""Addresses of the law's figures."""

from django.urls import path

from foundation.law import views

app_name = "law"
urlpatterns = [
    path("office/law/", views.limits, name="limits"),
    path("office/law/<slug:key>/", views.limit, name="limit"),
    path("office/law/<slug:key>/amend/", views.amend, name="amend"),
    path("office/law/<slug:key>/verify/", views.verify, name="verify"),
]
