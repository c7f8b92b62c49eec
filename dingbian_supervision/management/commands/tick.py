"""Everything that the clock does, done now, without Celery and Redis."""

import logging

from django.core.management.base import BaseCommand, CommandError

from dingbian_supervision.celery import PULSE, app

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "依次执行时间表上的全部定时任务（不需要 Celery 和 Redis）；一项失败不影响其余。"

    def handle(self, *args: object, **options: object) -> None:
        app.loader.import_default_modules()
        names = dict.fromkeys(line["task"] for line in app.conf.beat_schedule.values())
        failed = [name for name in names if name != PULSE and not self._done(name)]
        if failed:
            raise CommandError(f"以下任务没有完成，详见日志：{'、'.join(failed)}")

    def _done(self, name: str) -> bool:
        result = app.tasks[name].apply()
        if result.failed():
            logger.error("tick: %s failed", name, exc_info=result.result)
            return False
        self.stdout.write(f"已执行：{name}")
        return True
