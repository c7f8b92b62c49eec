"""Brings tables, content and static files up to date; runs inside the virtual environment.

One process, because each start of Django costs as much as its work here.
"""

import os
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import call_command

from launch.words import say, warn


def main(words: list[str]) -> None:
    """With `--static` the static files too; an image carries its own. `--anew`: the database was emptied."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")
    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        warn(str(refusal))
        sys.exit(1)
    if "--anew" in words:
        forget_files()
    make_broker_folders()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO and not get_user_model().objects.exists():
        say("数据库是空的：正在装入演示县……")
        call_command("start_clock")
        call_command("load_demo")
    else:
        call_command("load_content")
    if "--static" in words:
        call_command("collectstatic", interactive=False, verbosity=0)


def forget_files() -> None:
    """What the emptied database spoke of, wherever the settings put it; other files there are not ours."""
    caches["papers"].clear()
    for name in ("attachments", "imports"):
        shutil.rmtree(default_storage.path(name), ignore_errors=True)
    for path in settings.AUDIT_HEADS_DIR.glob("heads.*"):
        path.unlink()
    for folder in _broker_folders():
        shutil.rmtree(folder, ignore_errors=True)


def make_broker_folders() -> None:
    """Without Redis the worker's box is a few folders; Celery does not make them."""
    for folder in _broker_folders():
        folder.mkdir(parents=True, exist_ok=True)


def _broker_folders() -> list[Path]:
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    return [Path(folder) for name, folder in options.items() if "_folder" in name]


if __name__ == "__main__":
    main(sys.argv[1:])
