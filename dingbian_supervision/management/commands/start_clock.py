"""Start the demo's clock at FAKE_NOW, once: afterwards it runs on from where it is."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from foundation.clock.queries import is_moved


class Command(BaseCommand):
    help = "首次启动演示系统时，把时钟拨到 FAKE_NOW；已经拨过或没有设置时什么也不做。"

    def handle(self, *args: object, **options: object) -> None:
        if settings.FAKE_NOW and not is_moved():
            call_command("set_clock", settings.FAKE_NOW, stdout=self.stdout)
