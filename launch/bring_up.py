"""Brings tables, content and static files up to date; runs inside the virtual environment.

One process, because each start of Django costs as much as its work here.
"""

import os
import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from launch.words import say, warn


def main(words: list[str]) -> None:
    """With `--static` the static files too; an image carries its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")
    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        warn(str(refusal))
        sys.exit(1)
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO and not get_user_model().objects.exists():
        say("数据库是空的：正在装入演示县……")
        call_command("start_clock")
        call_command("load_demo")
    else:
        call_command("load_content")
    if "--static" in words:
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
