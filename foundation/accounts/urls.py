"""Addresses of sign-in, one's own account, people and departments."""

from django.urls import path

from foundation.accounts.views import sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in_view, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-out/", sign_in.sign_out_view, name="sign_out"),
    path("kept/", sign_in.kept_view, name="kept"),
    path("kept/discard/", sign_in.discard_kept, name="discard_kept"),
]
