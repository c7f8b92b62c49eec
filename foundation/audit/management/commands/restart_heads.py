"""Begin another file of heads when the old one is lost for good."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from foundation.actor import CONSOLE
from foundation.audit.actions import restart_heads
from foundation.workflow import NotPossibleError


class Command(BaseCommand):
    help = "链头文件丢失且没有备份时，重新开始导出；理由记入操作留痕。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reason", help="链头文件为什么丢失")

    def handle(self, *args: object, reason: str = "", **options: object) -> None:
        try:
            restart_heads(reason=reason, by=CONSOLE)
        except NotPossibleError as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write("已记入操作留痕，下一次导出将重新开始。")
