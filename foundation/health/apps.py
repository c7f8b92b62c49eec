from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "foundation.health"
    label = "health"
