from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "foundation.clock"
    label = "clock"
