"""What the clock does for the accounts: forget what need not be kept."""

from celery import shared_task

from foundation.accounts.actions.signing import forget_old_sign_ins
from foundation.actor import CLOCK


@shared_task
def forget_old() -> int:
    """Failed and ended sign-ins beyond the law's six months, and sessions that are over."""
    return forget_old_sign_ins(by=CLOCK)
