"""The pulse: sent by beat, answered by a worker."""

from celery import shared_task

from foundation.clock.queries import computer_now
from foundation.health.pulse import note_heartbeat
from foundation.health.queries import BEAT, WORKER


@shared_task
def answer_pulse(sent: str) -> None:
    """A worker runs this, so a worker is alive now."""
    note_heartbeat(name=WORKER, at=computer_now())


def send_pulse() -> str:
    """Beat runs this when it sends the pulse, so beat is alive now."""
    note_heartbeat(name=BEAT, at=computer_now())
    return computer_now().isoformat()
