"""Import a spreadsheet from the command line; the second run of the same file changes nothing."""

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation.actor import CONSOLE
from foundation.clock.queries import county_day
from foundation.clock.words import day_words
from foundation.tabular import limits
from foundation.tabular.values import parse_date
from foundation.workflow import NotPossibleError
from institutions.actions import imports
from institutions.actions.adoption import adopt
from institutions.importing.sheets import preview_of, table_of
from institutions.models import ImportKind, ImportRun, Outcome
from institutions.queries.imports import earlier_runs

_Evidence = tuple[str, str, date]


class _DryRun(Exception):  # noqa: N818 -- not an error: it takes the transaction back
    """Nothing is kept."""


class Command(BaseCommand):
    help = "导入机构名册、已公示名单、无证场所名单、年检结果或全国平台导出表（xlsx、xls、csv）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="要导入的文件")
        parser.add_argument("--kind", choices=ImportKind.values, help="文件类型；不写则按表题识别")
        parser.add_argument("--sheet", help="只导入这张工作表；不写则导入全部")
        parser.add_argument("--year", type=int, help="年检年度（表中没有年度列时）")
        parser.add_argument("--as-of", type=_day, help="数据日期（全国平台导出表必填）")
        parser.add_argument(
            "--adopt", metavar="名单标题,文号,日期", help="以已公示名单为依据批量核验"
        )
        parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        evidence = _evidence(options["adopt"]) if options["adopt"] else None
        self.stored: list[str] = []
        is_kept = False
        try:
            with transaction.atomic():
                self._import_all(options, evidence)
                if options["dry_run"]:
                    raise _DryRun
            is_kept = True
        except _DryRun:
            self.stdout.write("（试运行：没有写入任何内容）")
        except NotPossibleError as reason:
            raise CommandError(str(reason)) from reason
        finally:
            # The store knows of no transaction.
            for path in () if is_kept else self.stored:
                default_storage.delete(path)

    def _import_all(self, options: dict[str, Any], evidence: _Evidence | None) -> None:
        runs = [self._import(run, options, evidence) for run in self._runs(options)]
        if evidence and not any(run.adopted_as for run in runs):
            raise CommandError(
                "--adopt：没有一张工作表是已公示的白名单，什么都没有写入；确实是白名单的，请加 --kind whitelist。"
            )

    def _runs(self, options: dict[str, Any]) -> list[ImportRun]:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"找不到文件：{path}")
        if path.stat().st_size > limits.FILE_BYTES:
            raise CommandError(f"文件超过{limits.FILE_BYTES // 1_000_000} MB，请拆分后导入。")
        upload = ContentFile(path.read_bytes(), name=path.name)
        runs = imports.take_in(upload=upload, by=CONSOLE)
        self.stored.append(str(runs[0].file.file.name))
        for name in runs[0].counts["empty_sheets"]:
            self.stdout.write(f"工作表“{name}”：空表，没有内容")
        chosen = [run for run in runs if options["sheet"] in (None, run.sheet)]
        if not chosen:
            raise CommandError(f"没有名为“{options['sheet']}”的工作表（或它是空的）。")
        return chosen

    def _import(
        self, run: ImportRun, options: dict[str, Any], evidence: _Evidence | None
    ) -> ImportRun:
        if options["kind"] and options["kind"] != run.kind:
            run = imports.choose_kind(by=CONSOLE, run=run, kind=options["kind"])
        elif not options["kind"] and not run.counts["recognised_by"]:
            raise CommandError(f"看不出工作表“{run.sheet}”是什么表，请用 --kind 写明。")
        run = imports.confirm(
            by=CONSOLE,
            run=run,
            columns=run.columns,
            title=run.title,
            as_of=options["as_of"] or run.as_of,
            year=options["year"],
            remember=False,
        )
        self.stored.append(run.preview_file)
        self._tell(run)
        run = imports.apply(run=run, by=CONSOLE)
        self.stored.append(run.undo_file)
        if evidence and run.kind != ImportKind.WHITELIST:
            self.stdout.write("  这张表不是已公示的白名单，没有作为核验依据")
        elif evidence:
            title, number, day = evidence
            run = adopt(run=run, title=title, number=number, published_on=day, by=CONSOLE)
            self.stdout.write(f"已以“{run.adopted_as}”为依据核验{run.counts['adopted']}家")
        return run

    def _tell(self, run: ImportRun) -> None:
        counts = run.counts
        parts = [f"{outcome.label} {counts[outcome]}" for outcome in Outcome]
        self.stdout.write(
            f"工作表“{run.sheet}”{'（在文件中是隐藏的）' if counts['hidden'] else ''}（{run.get_kind_display()}）：读取 {counts['read']} 行，{'，'.join(parts)}"
        )
        for earlier in earlier_runs(run)[:1]:
            day = day_words(county_day(earlier.uploaded_at))
            self.stdout.write(f"  内容完全相同的文件上传过：{day}，{earlier.get_state_display()}")
        self._say(f"  第{number}行 {what}：{text}" for number, what, text in preview_of(run).named)
        headers = table_of(run).headers
        unused = [
            header for at, header in enumerate(headers) if header and str(at) not in run.columns
        ]
        if unused:
            self.stdout.write(f"  未导入的列：{'、'.join(unused)}")
        for row in preview_of(run).rows:
            words = "；".join(filter(None, [row["reason"], *row["notes"]]))
            if words:
                outcome = Outcome(row["outcome"]).label
                self.stdout.write(f"  第{row['number']}行 {outcome} {row['name']}：{words}")

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(" ".join(line.split()))


def _day(text: str) -> date:
    found = parse_date(text)
    if found.value is None:
        raise argparse.ArgumentTypeError(found.reason or "请写明日期")
    return found.value


def _evidence(text: str) -> _Evidence:
    """Title, number, date: the title may hold commas itself."""
    parts = [part.strip() for part in text.replace("，", ",").rsplit(",", 2)]
    day = parse_date(parts[-1]).value if len(parts) == 3 else None
    if day is None or not parts[0]:
        raise CommandError(
            "--adopt 应写成“名单标题,文号,日期”，例如“第3期白名单,定双减〔2023〕3号,2023-07-10”。"
        )
    return parts[0], parts[1], day
