"""The Celery app, and the office's timetable."""

import os
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from celery.beat import BeatLazyFunc
from celery.schedules import crontab
from django.db import close_old_connections
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")

app = Celery("dingbian_supervision")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def call(path: str) -> Any:
    """Call this function in the process of beat; its module is loaded only then."""
    close_old_connections()
    return import_string(path)()


# The pulse tells whether beat and worker are alive; without them (`tick`) it has nothing to tell.
PULSE = "foundation.health.tasks.answer_pulse"

# Every task here may run at any time and any number of times: the hours are habits, not conditions.
app.conf.beat_schedule = {
    "every half minute: the pulse of beat and worker": {
        "task": PULSE,
        "schedule": 30.0,
        # Due at once: a portal that has just started need not be silent for half a minute.
        "last_run_at": datetime(2000, 1, 1, tzinfo=UTC),
        "args": (BeatLazyFunc(call, "foundation.health.tasks.send_pulse"),),
        "options": {"expires": 120},
    },
    "every hour: carry the heads of the trail out of the database": {
        "task": "foundation.audit.tasks.export_heads",
        "schedule": crontab(minute="20"),
    },
    "shortly after midnight: carry out the heads of the day that ended": {
        "task": "foundation.audit.tasks.export_heads",
        "schedule": crontab(hour="0", minute="2"),
    },
    "after midnight of the county: take expired places off the list": {
        "task": "institutions.tasks.sweep_expired",
        "schedule": crontab(hour="0", minute="5"),
    },
    # The demo's clock is moved by hand, and a machine may have been off at midnight.
    "every minute: take off what ran out while nobody looked": {
        "task": "institutions.tasks.sweep_expired",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "every minute: make the paper of a list too long to wait for": {
        "task": "institutions.tasks.make_paper",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "every minute: make the copies of photos that have arrived": {
        "task": "foundation.attachments.tasks.make_copies",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "at half past three: verify the whole trail": {
        "task": "foundation.audit.tasks.verify_trail",
        "schedule": crontab(hour="3", minute="30"),
    },
    "at four: forget sign-ins beyond the law's six months": {
        "task": "foundation.accounts.tasks.forget_old",
        "schedule": crontab(hour="4", minute="0"),
    },
    "after four: delete photos and signatures that no act has claimed": {
        "task": "foundation.attachments.tasks.sweep_evidence",
        "schedule": crontab(hour="4", minute="10"),
    },
    "after that: delete files that no row names": {
        "task": "foundation.attachments.tasks.delete_leftovers",
        "schedule": crontab(hour="4", minute="20"),
    },
}
