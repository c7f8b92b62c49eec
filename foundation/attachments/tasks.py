"""What the clock does with files."""

from celery import shared_task

from foundation.actor import CLOCK
from foundation.attachments.actions import sweep_evidence as sweep


@shared_task
def sweep_evidence() -> int:
    """Photos and signatures whose act never came."""
    return sweep(by=CLOCK)
