"""What the clock does with files."""

from celery import shared_task

from foundation.actor import CLOCK
from foundation.attachments.actions import sweep_evidence as sweep
from foundation.attachments.leftovers import delete_leftovers as delete


@shared_task
def sweep_evidence() -> int:
    """Photos and signatures whose act never came."""
    return sweep(by=CLOCK)


@shared_task
def delete_leftovers() -> int:
    """Files that no row names."""
    return delete()
