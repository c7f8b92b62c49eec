"""What the clock does with the register."""

from celery import shared_task

from foundation.actor import CLOCK
from institutions.actions.sweep import sweep_expired as sweep


@shared_task
def sweep_expired() -> None:
    """Take places whose licence has run out off the public list, and let renewed ones back."""
    sweep(by=CLOCK)
