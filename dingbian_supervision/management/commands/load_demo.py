"""Fill an empty portal with the demo county."""

import secrets

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from dingbian_supervision.demo.story import BEGINNING, Story
from foundation.accounts.demo import make_demo_people
from foundation.actor import CONSOLE
from foundation.clock.queries import now
from institutions.models import Institution, repeatable_public_ids


class Command(BaseCommand):
    help = "在空库中载入演示县：人员、64家机构、无证场所、一期白名单。只能在 DEMO=1 时使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before-campaign",
            action="store_true",
            help="不载入专项行动和检查，供培训时从筹划开始走一遍",
        )

    def handle(self, *args: object, before_campaign: bool, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("演示数据只能在 DEMO=1 时载入。")
        if Institution.objects.exists():
            raise CommandError("名册不是空的，没有载入演示数据。要重新开始请用 make demo。")
        password = settings.DEMO_PASSWORD or secrets.token_urlsafe(12)
        # By the minute: what follows FAKE_NOW by a moment of computing still is the same demo.
        at = now().replace(second=0, microsecond=0)
        with transaction.atomic(), repeatable_public_ids(at.isoformat()):
            call_command("load_content", at=at - BEGINNING, stdout=self.stdout)
            people = make_demo_people(password=password, by=CONSOLE, at=at)
            Story(at, has_campaign=not before_campaign).tell()
        self.stdout.write(f"演示县已载入：{people} 人，{Institution.objects.count()} 家机构。")
        if not settings.DEMO_PASSWORD:
            self.stdout.write(f"所有演示账号的密码：{password}")
