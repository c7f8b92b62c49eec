"""Prove that the trail is whole, or name the first line that is not."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from foundation.audit.heads import FILE_NAME
from foundation.audit.queries import verify


class Command(BaseCommand):
    help = "校验操作留痕：逐条核对哈希链与已导出的链头，发现问题时指出第一条。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--heads", type=Path, help="链头文件所在的目录（默认取设置）")

    def handle(self, *args: object, heads: Path | None = None, **options: object) -> None:
        if heads is not None and not (heads / FILE_NAME).is_file():
            raise CommandError(f"{heads} 中没有链头文件 {FILE_NAME}。")
        verdict = verify(heads)
        if not verdict.ok:
            raise CommandError(f"留痕校验未通过：{verdict.words}")
        self.stdout.write(f"留痕校验通过：{verdict.words}")
