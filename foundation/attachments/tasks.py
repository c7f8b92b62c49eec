"""What the clock does with files."""

from celery import shared_task

from foundation.actor import CLOCK
from foundation.attachments import actions
from foundation.attachments.leftovers import delete_leftovers as delete
from foundation.attachments.queries import without_copy


@shared_task
def sweep_evidence() -> int:
    """Photos and signatures whose act never came."""
    return actions.sweep_evidence(by=CLOCK)


@shared_task
def make_copies() -> int:
    """What pages show of the photos that have arrived, one by one."""
    return sum(actions.make_copy(evidence=one, by=CLOCK) for one in without_copy())


@shared_task
def delete_leftovers() -> int:
    """Files that no row names."""
    return delete()
