"""The room of pages' parts; it also says once, for every form, what an empty field owes."""

from django.apps import AppConfig
from django.forms import Field


class UiConfig(AppConfig):
    name = "foundation.ui"
    label = "ui"

    def ready(self) -> None:
        """Django's «这个字段是必填项» is a programmer's sentence; ours says what to do."""
        Field.default_error_messages["required"] = "请填写这一项。"
