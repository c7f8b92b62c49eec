"""The people of the demo county: invented names, one password, only where DEMO=1."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.actions.departments import set_demo_contact
from foundation.accounts.models import Department, DepartmentKind, Role, User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day
from foundation.workflow import NotPossibleError

_TOWN = "town-610825101"
_OFFICE_PEOPLE = (
    ("office", "白芷", Role.OFFICE),
    ("office2", "白薇", Role.OFFICE),
    ("lead", "石楠", Role.LEAD),
    ("head", "杜衡", Role.HEAD),
    ("audit", "玄参", Role.AUDIT),
    ("admin", "远志", Role.ADMIN),
)
# Named after herbs: nobody in the county can be meant. Officers 1 to 3, then the head.
_DEPARTMENT_PEOPLE = {
    "jiaoti": ("苏合", "连翘", "沈香", "常山"),
    "wenlv": ("辛夷", "文竹", "丁香", "牧靖"),
    "fagai": ("景天", "葛根", "方海", "雷丸"),
    "renshe": ("柴胡", "安息", "卫矛", "商陆"),
    "gongan": ("钟乳", "岳桦", "严藤", "鲁桑"),
    "shichang": ("金樱", "祝余", "钱葵", "向阳"),
    "xiaofang": ("江蓠", "水苏", "凌霄", "石韦"),
    "zhujian": ("梁栋", "柏子", "木香", "松节"),
    "shenpi": ("章柳", "文元", "路通", "桂枝"),
    "minzheng": ("慈姑", "和厚", "余甘", "关白"),
}
# The one telephone that nobody has checked for long, so that the warning can be seen.
_STALE = "zhujian"


@transaction.atomic
def make_demo_people(*, password: str, by: Actor, at: datetime) -> int:
    """Every demo sign-in with this one password; those that are there get it anew."""
    if not settings.DEMO:
        raise NotPossibleError("演示账号只能在 DEMO=1 时建立。")
    # One hash for all: it is one password, and a hash takes a third of a second.
    hashed = make_password(password)
    departments = Department.objects.in_bulk(field_name="code")
    number = 0
    for username, name, role, code in _everybody():
        certificate = ""
        if role == Role.OFFICER:
            number += 1
            certificate = f"6108250{number:05}"
        User.objects.update_or_create(
            username=username,
            defaults={
                "name": name,
                "role": role,
                "department": departments[code],
                "certificate_no": certificate,
                "password": hashed,
                "must_change_password": False,
                "date_joined": at,
            },
        )
    people = User.objects.count()
    office = departments["office"]
    words = f"建立演示人员 {people} 名"
    record("person.demo_loaded", target=office, by=by, at=at, words=words)
    _make_contacts(by, at)
    return people


def _everybody() -> list[tuple[str, str, Role, str]]:
    """User name, name, role, department's code."""
    people = [(username, name, role, "office") for username, name, role in _OFFICE_PEOPLE]
    for code, (*officers, head) in _DEPARTMENT_PEOPLE.items():
        for number, name in enumerate(officers, start=1):
            people.append((f"{code}{number}", name, Role.OFFICER, code))
        people.append((f"{code}_head", head, Role.DEPARTMENT_HEAD, code))
    people.append(("town1", "泽兰", Role.TOWN, _TOWN))
    return people


def _make_contacts(by: Actor, at: datetime) -> None:
    day = county_day(at)
    inner = Department.objects.exclude(kind=DepartmentKind.TOWN).filter(complaint_phone="")
    for number, department in enumerate(inner):
        ago = settings.CONTACT_STALE_DAYS + 40 if department.code == _STALE else 12 + number
        set_demo_contact(
            department=department,
            phone=f"0912-5550{number:03}",
            email=f"{department.code}@dingbian.example",
            checked_on=day - timedelta(days=ago),
            by=by,
            at=at,
        )
