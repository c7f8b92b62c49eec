"""Move the demo's clock."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from foundation.actor import CONSOLE
from foundation.audit.actions import record
from foundation.audit.changes import shown
from foundation.clock.offset import move_clock, parse_moment
from foundation.workflow import NotPossibleError


class Command(BaseCommand):
    help = "调整演示系统的时钟（只在 DEMO=1 时可用），例如：set_clock 2026-07-05T09:00"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("moment", help="时刻，如 2026-07-05T09:00；不写时区即为本县时间")

    @transaction.atomic
    def handle(self, *args: object, moment: str, **options: object) -> None:
        try:
            to = parse_moment(moment)
            row = move_clock(to=to)
        except NotPossibleError as why:
            raise CommandError(str(why)) from None
        words = f"将演示时钟调整到{shown(to)}"
        record("clock.moved", target=row, by=CONSOLE, at=to, words=words)
        self.stdout.write(f"已{words}。")
