"""Fill the register with synthetic rows, for the figures about size."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from stdnum.cn import uscc

from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.clock.queries import now, today
from foundation.clock.words import day_words
from foundation.web.actions import touch_public
from institutions.codes import licence_key
from institutions.keys import key_columns
from institutions.models import Category, Institution, IssueKind, Licence, ListEntry, ListIssue
from institutions.workflow import InstitutionState, IssueState

_BATCH = 2_000
_FIRST = "星青墨小蓝云知春晨石白雁沙红启苗长听望乐明竹拾三塞绿朝柠驼麦荞丹飞沐松灵远雪木向"
_SECOND = "禾柠池鹿湾雀木晓曦榴杨南枣柳河圃风雨岳山远溪光边上洲阳条铃浪花青羽涛犀航绒棉渠里"
_KINDS = (
    ("美术", "美术、书法"),
    ("舞蹈", "中国舞"),
    ("篮球", "篮球、体能"),
    ("编程", "少儿编程"),
    ("音乐", "声乐、钢琴"),
    ("口才", "口才与主持"),
    ("游泳", "游泳"),
    ("围棋", "围棋"),
)
_ENDINGS = ("艺术培训学校有限公司", "培训中心有限公司", "培训学校")
_STREETS = ("长城南街", "民生街", "西环路", "鼓楼北路", "东园路", "定安街", "新区大道")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_SOURCE = "虚构数据"
_MIXER = 1_000_003  # prime, and prime to the number of letters
_SPREAD = 7_919  # prime: neighbours in the register are none in the town


class Command(BaseCommand):
    help = "载入 N 家虚构机构和一期白名单，供规模指标使用。只能在 DEMO=1 时使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institutions", type=int, required=True)

    def handle(self, *args: object, **options: Any) -> None:
        count: int = options["institutions"]
        if not settings.DEMO:
            raise CommandError("虚构数据只能在 DEMO=1 时载入。")
        if not 0 < count <= 1_000_000:
            raise CommandError("机构数应在 1 到 1000000 之间。")
        if not Category.objects.exists():
            raise CommandError("请先运行 manage.py load_content。")
        with transaction.atomic():
            Bulk(count).load()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if options["verbosity"]:
            self.stdout.write(f"已载入 {count} 家虚构机构，全部列入新的一期白名单。")


class Bulk:
    """The same number of rows is the same rows; a second load adds to the first."""

    def __init__(self, count: int) -> None:
        self.first = Institution.objects.count()
        self.count = count
        self.at, self.today = now(), today()
        towns = Department.objects.filter(kind=DepartmentKind.TOWN)
        self.towns = list(towns.order_by("code"))
        self.categories = list(Category.objects.select_related("lead_department").order_by("code"))

    def load(self) -> None:
        """Institutions, their licences and categories, and one issue that names them all."""
        for start in range(self.first, self.first + self.count, _BATCH):
            self._batch(range(start, min(start + _BATCH, self.first + self.count)))
        self._publish()
        touch_public()

    def _batch(self, numbers: range) -> None:
        rows = Institution.objects.bulk_create([self._institution(number) for number in numbers])
        kinds = Institution.categories.through
        kinds.objects.bulk_create(
            kinds(institution_id=row.pk, category_id=self._category(number).pk)
            for row, number in zip(rows, numbers, strict=True)
        )
        Licence.objects.bulk_create(
            Licence(
                institution=row,
                number=_licence_number(number),
                number_key=licence_key(_licence_number(number)),
                authority="定边县行政审批服务局",
                valid_until=self._valid_until(number),
            )
            for row, number in zip(rows, numbers, strict=True)
        )

    def _institution(self, number: int) -> Institution:
        place = number * _SPREAD
        word, subjects = _KINDS[place % len(_KINDS)]
        shop = _FIRST[place % len(_FIRST)] + _SECOND[place // len(_FIRST) % len(_SECOND)]
        ending = _ENDINGS[number % len(_ENDINGS)]
        name = f"定边县{shop}{word}{ending}{f'第{number}分校' if number >= 64 else ''}"
        town = self.towns[place % len(self.towns)] if self.towns else None
        values: dict[str, Any] = {
            "name": name,
            "credit_code": _credit_code(number),
            "address": f"定边县{_STREETS[place % len(_STREETS)]}{number % 900 + 1}号",
        }
        columns = key_columns(
            **values,
            town=town.short_name if town else "",
            licence_numbers=(_licence_number(number),),
        )
        return Institution(
            **values,
            **{field.name: getattr(columns, field.name) for field in fields(columns)},
            public_id=_public_id(number),
            town=town,
            subjects=subjects,
            lead_department=self._category(number).lead_department,
            state=InstitutionState.NORMAL,
            state_on=self.today - timedelta(days=300),
            source=_SOURCE,
            created_at=self.at,
            changed_at=self.at,
        )

    def _category(self, number: int) -> Category:
        return self.categories[number * _SPREAD % len(_KINDS) % len(self.categories)]

    def _valid_until(self, number: int) -> date:
        return self.today + timedelta(days=30 + number * 53 % 1_400)

    def _publish(self) -> None:
        issues = ListIssue.objects.filter(kind=IssueKind.WHITELIST, number__isnull=False)
        newest = issues.order_by("-number").first()
        issue = ListIssue.objects.create(
            kind=IssueKind.WHITELIST,
            number=(newest.number or 0) + 1 if newest else 1,
            as_of=self.today,
            publisher=settings.OFFICE_NAME,
            entry_count=Institution.objects.filter(source=_SOURCE).count(),
            proposed_at=self.at,
        )
        ListEntry.objects.bulk_create(self._entries(issue), batch_size=_BATCH)
        issue.state, issue.published_at = IssueState.PUBLISHED, self.at
        issue.published_by = self._publisher()
        issue.save()

    def _publisher(self) -> User:
        """A published issue has somebody's name; nobody can sign in with this one."""
        office = Department.objects.get(kind=DepartmentKind.OFFICE)
        plain = {"name": "虚构数据", "role": Role.HEAD, "department": office, "is_active": False}
        plain |= {"password": make_password(None), "date_joined": self.at}
        return User.objects.get_or_create(username="bulk", defaults=plain)[0]

    def _entries(self, issue: ListIssue) -> Iterator[ListEntry]:
        rows = Institution.objects.filter(source=_SOURCE).order_by("sort_key", "pk")
        rows = rows.select_related("town", "lead_department")
        whole = rows.prefetch_related("categories", "licences").iterator(_BATCH)
        for position, row in enumerate(whole, start=1):
            (licence,) = row.licences.all()
            yield ListEntry(
                issue=issue,
                position=position,
                institution=row,
                name=row.name,
                address=row.address,
                town=row.town.short_name if row.town else "",
                categories="、".join(one.name for one in row.categories.all()),
                subjects=row.subjects,
                lead_department=row.lead_department.name if row.lead_department else "",
                licence_number=licence.number,
                credit_code=row.credit_code,
                valid_until=day_words(licence.valid_until) if licence.valid_until else "",
            )


def _licence_number(number: int) -> str:
    return f"161082588{number:06}"


def _credit_code(number: int) -> str:
    """Invented, with the check digit that belongs to it."""
    body = f"91610825MAB{number:06}"
    return body + str(uscc.calc_check_digit(body))


def _public_id(number: int) -> str:
    """Ten letters that look drawn by lot, and are the same each time."""
    size = len(_LETTERS)
    rest, letters = number * _MIXER % size**9, "b"
    for _ in range(9):
        rest, letter = divmod(rest, size)
        letters += _LETTERS[letter]
    return letters
