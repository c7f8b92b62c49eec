"""Address of the health report."""

from django.urls import path

from foundation.health import views

app_name = "health"
urlpatterns = [path("healthz", views.healthz, name="healthz")]
