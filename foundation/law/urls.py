"""Addresses of the law's figures and provisions."""

from django.urls import path

from foundation.law.views import bases, limits

app_name = "law"
urlpatterns = [
    path("office/law/", limits.limits, name="limits"),
    path("office/law/bases/", bases.bases, name="bases"),
    path("office/law/bases/new/", bases.basis_new, name="basis_new"),
    path("office/law/bases/<int:pk>/", bases.basis, name="basis"),
    path("office/law/bases/<int:pk>/amend/", bases.basis_amend, name="basis_amend"),
    path("office/law/bases/<int:pk>/verify/", bases.basis_verify, name="basis_verify"),
    path("office/law/<slug:key>/", limits.limit, name="limit"),
    path("office/law/<slug:key>/amend/", limits.amend, name="amend"),
    path("office/law/<slug:key>/verify/", limits.verify, name="verify"),
]
