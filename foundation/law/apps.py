from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "foundation.law"
    label = "law"
