"""Address of the auditor's page."""

from django.urls import path

from foundation.oversight import views

app_name = "audit"
urlpatterns = [path("office/audit/", views.trail, name="trail")]
