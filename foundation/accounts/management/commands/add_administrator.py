"""The first administrator of a new portal, or one more when nobody can sign in any longer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.accounts.actions.departments import load_departments
from foundation.accounts.actions.people import add_person
from foundation.accounts.forms import AddPersonForm
from foundation.accounts.models import Department, Role
from foundation.actor import CONSOLE
from foundation.workflow import NotPossibleError


class Command(BaseCommand):
    help = "新增一位系统管理员，并显示其一次性密码（只显示一次）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="用户名：小写字母、数字、下划线")
        parser.add_argument("name", help="姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        load_departments(by=CONSOLE)
        given = {
            "username": options["username"],
            "name": options["name"],
            "department": Department.objects.get(code="office").pk,
            "role": Role.ADMIN,
        }
        form = AddPersonForm(given)
        if not form.is_valid():
            wrong = [str(words) for field in form.errors.values() for words in field]
            raise CommandError("；".join(wrong))
        try:
            person, password = add_person(**form.cleaned_data, by=CONSOLE)
        except NotPossibleError as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"用户名：{person.username}\n一次性密码：{password}")
