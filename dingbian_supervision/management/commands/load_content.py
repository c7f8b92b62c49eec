"""Enter the rows with which every portal starts."""

from datetime import datetime

from django.core.management.base import BaseCommand

from foundation.accounts.actions.departments import load_departments
from foundation.actor import CONSOLE
from foundation.law.actions.bases import load_bases
from foundation.law.actions.limits import load_limits
from inspections.actions.checklists import load_checklist
from institutions.actions.categories import load_categories


class Command(BaseCommand):
    help = "载入基础数据（法定限额等）；已有的和修改过的保持不变，可以重复执行。"

    # Given by the demo alone: its content is as old as its story.
    stealth_options = ("at",)

    def handle(self, *args: object, at: datetime | None = None, **options: object) -> None:
        new = load_departments(by=CONSOLE, at=at)
        self.stdout.write(f"部门与镇街：新增 {new} 个。")
        new = load_limits(by=CONSOLE, at=at)
        self.stdout.write(f"法定限额：新增 {new} 项。")
        new = load_bases(by=CONSOLE, at=at)
        self.stdout.write(f"法律依据：新增 {new} 条。")
        new = load_categories(by=CONSOLE, at=at)
        self.stdout.write(f"培训类别：新增 {new} 个。")
        new = load_checklist(by=CONSOLE, at=at)
        self.stdout.write(f"检查表初稿：新增 {new} 项。")
