"""The address of the morning page."""

from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [path("", views.morning, name="morning")]
