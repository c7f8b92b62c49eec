"""Noting that a process is alive. No act of the office: it leaves no line in the trail."""

from datetime import datetime

from django.db import transaction

from foundation.health.models import Heartbeat


@transaction.atomic
def note_heartbeat(*, name: str, at: datetime) -> None:
    """This process was alive at this moment."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
