"""Addresses that everybody may open."""

from django.urls import path

from public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("whitelist/", views.whitelist, name="whitelist"),
    path("whitelist.csv", views.whitelist_csv, name="whitelist_csv"),
    path("whitelist.xlsx", views.whitelist_xlsx, name="whitelist_xlsx"),
    path("whitelist.json", views.whitelist_json, name="whitelist_json"),
    path("whitelist/issues/", views.issues, name="issues"),
    path("whitelist/issues/<slug:kind>/<int:number>/", views.issue, name="issue"),
    path("whitelist/issues/<slug:kind>/<int:number>.pdf", views.issue_paper, name="issue_paper"),
    path("whitelist/<slug:public_id>/", views.institution, name="institution"),
    path("unlicensed/", views.unlicensed, name="unlicensed"),
    path("v/<slug:public_id>/", views.wall, name="wall"),
]
