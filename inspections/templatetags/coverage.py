"""A number of the board with the list behind it, as one word of its sentence."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def linked(cell: Any) -> str | SafeString:
    """A number with its address; nothing is behind a zero: `{{ cell|linked }}`."""
    if not cell.number:
        return "0"
    return format_html('<a href="{}">{}</a>', cell.url, cell.number)
