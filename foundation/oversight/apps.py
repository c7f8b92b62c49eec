from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "foundation.oversight"
    label = "oversight"
