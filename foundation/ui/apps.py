"""The room of pages' parts; it also says once, for every form, what a field owes."""

from django.apps import AppConfig
from django.core import validators
from django.forms import DecimalField, Field, IntegerField


class UiConfig(AppConfig):
    name = "foundation.ui"
    label = "ui"

    def ready(self) -> None:
        """Django's «确保该变量包含不超过 60 字符» is a programmer's sentence; ours say what to do."""
        Field.default_error_messages["required"] = "请填写这一项。"
        IntegerField.default_error_messages["invalid"] = "请填写整数。"
        DecimalField.default_error_messages["invalid"] = "请填写数字。"
        validators.MinValueValidator.message = "不能小于 %(limit_value)s。"
        validators.MaxValueValidator.message = "不能大于 %(limit_value)s。"
        validators.MaxLengthValidator.message = (
            "最多 %(limit_value)d 个字，现在是 %(show_value)d 个字。"
        )
        validators.DecimalValidator.messages = {
            "invalid": "请填写数字。",
            "max_digits": "数字太长，最多 %(max)s 位。",
            "max_decimal_places": "最多 %(max)s 位小数。",
            "max_whole_digits": "小数点前最多 %(max)s 位。",
        }
