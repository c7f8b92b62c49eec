"""The few words that templates need beyond Django's: may, dates as the office writes them, days left."""

import json
from datetime import date, datetime

from django import forms, template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.rules import may as may_by_table
from foundation.clock.queries import today

register = template.Library()
# What is typed as text; of what is chosen the form sends codes.
_TYPED = frozenset({"text", "number", "email", "search", "tel", "url"})


@register.filter
def may(user: "User | AnonymousUser | str | None", permission: str) -> bool:
    """Does the office's table give this person that permission? `{% if user|may:"law.view" %}`."""
    return isinstance(user, User) and may_by_table(user, permission)


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | None) -> str:
    """2023年7月10日."""
    if not value:
        return ""
    local = _local(value)
    return f"{local.year}年{local.month}月{local.day}日"


@register.filter
def moment(value: datetime | None) -> str:
    """2023年7月10日 15:04."""
    return f"{day(value)} {_local(value):%H:%M}" if value else ""


@register.filter
def iso(value: date | None) -> str:
    """For `<time datetime>` and date inputs."""
    if not value:
        return ""
    return _local(value).isoformat()


@register.filter
def days_left(value: date | None) -> int | None:
    """Days from the county's today until this day; negative when it has passed."""
    return (value - today()).days if value else None


@register.filter
def before_in_words(value: "date | None") -> str:
    """还有 12 天 · 今天 · 已过 3 天."""
    days = days_left(value)
    if days is None:
        return ""
    if days == 0:
        return "今天"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"


@register.filter
def labels(form: forms.BaseForm) -> str:
    """What the fields for text are called: a form carries it, so that kept text can be told by it."""
    named = {
        field.html_name: str(field.label)
        for field in form.visible_fields()
        if getattr(field.field.widget, "input_type", "text") in _TYPED
    }
    return json.dumps(named, ensure_ascii=False)


@register.filter
def yes_no(value: object) -> str:
    """是 or 否, and nothing for what is not known."""
    return "" if value is None else ("是" if value else "否")


@register.filter
def or_missing(value: object, words: str = "未登记") -> object:
    """What is recorded, or that nothing is."""
    return words if value in (None, "") else value
