"""Draws up the draft of the next issue from the console; people check and publish it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.actor import CONSOLE
from foundation.clock.queries import today
from foundation.workflow import NotPossibleError
from institutions.actions.whitelist import propose_issue
from institutions.models import IssueKind
from institutions.queries.drafts import Outlook, outlook
from institutions.queries.whitelist import named_sites


class Command(BaseCommand):
    help = "按名册拟制下一期白名单草稿，并列出未列入的机构及原因。审核、发布须由工作人员登录办理。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=IssueKind.values, default=IssueKind.WHITELIST)
        parser.add_argument("--publisher", default="", help="发布单位，默认为本办公室")
        parser.add_argument("--remark", default="", help="说明，印在名单抬头下方")
        parser.add_argument("--dry-run", action="store_true", help="只列出，不生成草稿")

    def handle(self, *args: object, **options: Any) -> None:
        self._tell(options["kind"])
        if options["dry_run"]:
            return
        try:
            issue = propose_issue(
                kind=options["kind"],
                publisher=options["publisher"] or settings.OFFICE_NAME,
                remark=options["remark"],
                by=CONSOLE,
            )
        except NotPossibleError as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"已生成{issue}，共{issue.entry_count}条，请由工作人员审核、发布。")

    def _tell(self, kind: str) -> None:
        if kind == IssueKind.UNLICENSED:
            self.stdout.write(f"拟列入{len(named_sites())}处")
            return
        view = outlook(today())
        self.stdout.write(f"拟列入{len(view.included)}家，不列入{len(view.excluded)}家")
        self._compare(view)
        for row in view.excluded:
            self.stdout.write(f"不列入：{row.name}（{'；'.join(row.reasons)}）")

    def _compare(self, view: Outlook) -> None:
        if view.current:
            words = (
                f"与现行第{view.current.number}期相比：多{len(view.new)}家，少{len(view.gone)}家"
            )
            self.stdout.write(words)
