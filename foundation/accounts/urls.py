"""Addresses of sign-in, one's own account, people and departments."""

from django.urls import path

from foundation.accounts.views import departments, me, people, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in_view, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-out/", sign_in.sign_out_view, name="sign_out"),
    path("kept/", sign_in.kept_view, name="kept"),
    path("kept/discard/", sign_in.discard_kept, name="discard_kept"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/second-factor/", me.second_factor, name="second_factor"),
    path("me/second-factor/begin/", me.second_factor_begin, name="second_factor_begin"),
    path("me/second-factor/code.svg", me.second_factor_qr, name="second_factor_qr"),
    path("me/second-factor/confirm/", me.second_factor_confirm, name="second_factor_confirm"),
    path("me/second-factor/recovery/", me.recovery_codes, name="recovery_codes"),
    path("me/sign-ins/", me.sign_ins, name="sign_ins"),
    path("me/sign-ins/end/", me.end_all_sign_ins, name="end_all_sign_ins"),
    path("me/sign-ins/<int:pk>/end/", me.end_sign_in, name="end_sign_in"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/roles/", people.roles, name="roles"),
    path("people/roles/<slug:role>/", people.set_role, name="set_role"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/amend/", people.amend_person, name="amend_person"),
    path("people/<int:pk>/password/", people.reset, name="reset_password"),
    path("people/<int:pk>/disable/", people.act, {"name": "disable"}, name="disable_person"),
    path("people/<int:pk>/enable/", people.act, {"name": "enable"}, name="enable_person"),
    path("people/<int:pk>/unlock/", people.act, {"name": "unlock"}, name="unlock_person"),
    path(
        "people/<int:pk>/second-factor/",
        people.act,
        {"name": "second-factor"},
        name="reset_second_factor",
    ),
    path("departments/", departments.departments, name="departments"),
    path("departments/add/", departments.add_department, name="add_department"),
    path("departments/<slug:code>/", departments.department, name="department"),
    path("departments/<slug:code>/amend/", departments.amend_department, name="amend_department"),
    path("departments/<slug:code>/phone-checked/", departments.check_phone, name="check_phone"),
    path("departments/<slug:code>/email-checked/", departments.check_email, name="check_email"),
]
