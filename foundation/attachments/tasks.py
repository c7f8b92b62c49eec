"""What the clock does with files."""

from celery import shared_task

from foundation.actor import CLOCK
from foundation.attachments import actions
from foundation.attachments.leftovers import delete_leftovers as delete


@shared_task
def sweep_evidence() -> int:
    """Photos and signatures whose act never came."""
    return actions.sweep_evidence(by=CLOCK)


@shared_task
def make_copies() -> int:
    """What pages show of the photos that have arrived."""
    return actions.make_copies()


@shared_task
def delete_leftovers() -> int:
    """Files that no row names."""
    return delete()
