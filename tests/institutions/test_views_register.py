"""The pages of the register: list, file, forms, and what bad input gets."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from institutions.actions.lifecycle import decide
from institutions.actions.parts import PARTS, add_part
from institutions.actions.register import amend
from institutions.models import (
    AnnualInspection,
    Campus,
    Custody,
    Fee,
    Institution,
    Representative,
    SafetyPaper,
    Scan,
    StateChange,
    Teacher,
)
from institutions.papers import register
from tests import make

AT = datetime(2023, 7, 10, 1, tzinfo=UTC)
TODAY = date(2023, 7, 10)
REGISTER = "/office/institutions/"


@pytest.fixture(autouse=True)
def _today(db: None) -> None:
    """The day of these tests, and the office's figures."""
    make.limits()


@pytest.fixture(autouse=True)
def _clock() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def said(response: Any) -> list[str]:
    """What the act left to say on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def form_of(client: Client, address: str) -> dict[str, object]:
    """What a browser would send if nothing were changed on this form."""
    form = client.get(address).context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value not in (None, "", []):
            values[field.html_name] = value
    return values


def full(institution: Institution) -> None:
    """One more of everything that a file may hold many of."""
    make.licence(institution)
    Campus.objects.create(
        institution=institution, name="教学点", address="长城街1号", town=make.town()
    )
    Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    Fee.objects.create(institution=institution, course="书法", price="40")
    Teacher.objects.create(institution=institution, name="示例教师")
    SafetyPaper.objects.create(institution=institution, kind="building")
    year = 2022 - institution.annual_inspections.count()
    AnnualInspection.objects.create(institution=institution, year=year, conclusion="passed")
    StateChange.objects.create(
        institution=institution,
        act="verify",
        before="unverified",
        after="normal",
        on=TODAY,
        document="记录",
        made_at=AT,
    )


# --- the list -----------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_a_fixed_number_of_times(
    as_office: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        institution = make.institution(town=make.town(f"测试{n}镇"))
        institution.categories.add(make.category())
        make.licence(institution)

    with django_assert_num_queries(13):
        as_office.get(REGISTER)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_file_asks_the_database_a_fixed_number_of_times(
    as_office: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    institution = make.institution()
    for _ in range(rows):
        full(institution)
        make.inspection(institution=institution)

    with django_assert_num_queries(27):
        as_office.get(f"{REGISTER}{institution.pk}/")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["定边县青禾美术培训学校", "定边县新苗音乐培训学校"]),
        ("q=新苗", ["定边县新苗音乐培训学校"]),
        ("q=dbxqh", ["定边县青禾美术培训学校"]),
        ("q=音乐 新苗", ["定边县新苗音乐培训学校"]),
        ("q=！！", []),
        ("q=没有这家", []),
        ("category=WH", ["定边县新苗音乐培训学校"]),
        ("town=town-2", ["定边县新苗音乐培训学校"]),
        ("department=wenlv", ["定边县青禾美术培训学校", "定边县新苗音乐培训学校"]),
        ("state=suspended", ["定边县青禾美术培训学校"]),
        ("warning=licence", ["定边县青禾美术培训学校"]),
        ("warning=code", ["定边县青禾美术培训学校"]),
        ("mine=on", []),
        ("town=nowhere&state=nonsense", ["定边县青禾美术培训学校", "定边县新苗音乐培训学校"]),
    ],
)
def test_the_filter_narrows_the_list(as_office: Client, asked: str, found: list[str]) -> None:
    wenlv, town = make.department("wenlv"), make.department("town-2", kind="town")
    new = make.institution(
        "定边县新苗音乐培训学校", town=town, lead_department=wenlv, credit_code="91610825MA70001810"
    )
    new.categories.add(make.category())
    make.licence(new)
    green = make.institution("定边县青禾美术培训学校", state="suspended")
    green.supporting_departments.add(wenlv)
    make.institution(
        "定边县已删培训学校", deleted_at=AT, deleted_by=User.objects.get(username="office")
    )

    lines = as_office.get(f"{REGISTER}?{asked}").context["lines"]

    assert sorted(line.institution.name for line in lines) == sorted(found)


def test_the_own_department_is_a_filter(as_officer: Client, officer: User) -> None:
    make.institution("定边县新苗音乐培训学校", lead_department=officer.department)
    make.institution("定边县青禾美术培训学校")

    lines = as_officer.get(f"{REGISTER}?mine=on").context["lines"]

    assert [line.institution.name for line in lines] == ["定边县新苗音乐培训学校"]


def test_an_empty_register_says_what_to_do(as_office: Client) -> None:
    assertContains(as_office.get(REGISTER), "名册中还没有机构")
    assertContains(as_office.get(f"{REGISTER}?q=新苗"), "没有符合条件的机构")


@pytest.mark.parametrize("asked", ["page=x", "q=%25_", "q=" + "新" * 500, "officer=x", "page=-1"])
def test_a_hostile_question_gets_a_page(as_office: Client, asked: str) -> None:
    make.institution()

    assert as_office.get(f"{REGISTER}?{asked}").status_code == 200


def exported(client: Client, asked: str = "") -> list[tuple[Any, ...]]:
    """The rows of the workbook that this address gives, its title first."""
    content = client.post(f"{REGISTER}list.xlsx{asked}").getvalue()
    return list(load_workbook(BytesIO(content)).worksheets[0].values)


def test_the_workbook_holds_what_the_filter_shows(as_office: Client) -> None:
    make.licence(make.institution("=cmd|新苗培训学校"), number="0161", valid_until=date(2024, 7, 5))
    make.institution("定边县青禾美术培训学校")

    rows = exported(as_office, "?q=新苗")

    assert rows[1][0] == "截至2023年7月10日"
    assert [(row[1], row[8], row[9]) for row in rows[3:]] == [
        ("=cmd|新苗培训学校", "0161", "2024年7月5日")
    ]


def test_a_line_of_the_workbook_says_what_the_register_says(
    as_office: Client, officer: User
) -> None:
    row = make.institution(
        "定边县新苗音乐培训学校",
        state="suspended",
        town=make.town("新苗镇"),
        lead_department=make.department("wenlv", name="县文旅局"),
        responsible_officer=officer,
        credit_code="91610825MA70001810",
        subjects="声乐",
        actual_address="长城街1号",
        contact_name="联系人甲",
        contact_phone="13912345678",
    )
    row.categories.set([make.category("WH", "文化艺术类"), make.category("TY", "体育类")])
    make.licence(row, number="0001", is_void=True)
    make.licence(row, number="0002", valid_until=date(2023, 7, 9))
    make.licence(row, number="0003", valid_until=date(2023, 7, 1))

    (line,) = exported(as_office)[3:]

    assert line == (
        1,
        "定边县新苗音乐培训学校",
        "91610825MA70001810",
        "停业整顿",
        "体育类、文化艺术类",
        "声乐",
        "新苗镇",
        "长城街1号",
        "0002、0003",
        "2023年7月9日",
        "县文旅局",
        "苏合",
        "联系人甲",
        "13912345678",
        "许可证已到期；上年度年检未登记；未入驻全国平台；资金监管专户未登记；收费未公示",
    )


@pytest.mark.parametrize("rows", [1, 5])
def test_the_workbook_asks_the_database_a_fixed_number_of_times(
    as_office: Client,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(register, "_CHUNK", 1)
    for n in range(rows):
        institution = make.institution(town=make.town(f"测试{n}镇"))
        institution.categories.add(make.category())
        make.licence(institution)

    with django_assert_num_queries(16):
        exported(as_office)


def test_who_takes_the_register_away_leaves_a_line(as_office: Client, office: User) -> None:
    town = make.department("town-2", name="新苗镇", kind="town")
    make.institution("定边县新苗音乐培训学校", town=town)
    make.institution("定边县青禾美术培训学校")
    asked = "?q=新苗&town=town-2&state=normal&mine=&warning=nonsense"

    exported(as_office, asked)
    exported(as_office)

    narrow, whole = AuditEvent.objects.filter(act="register.exported").order_by("id")
    assert narrow.by_key == office.actor.key
    assert narrow.words == (
        "导出机构名册1家，含联系电话，筛选条件：查找“新苗”，镇街“新苗镇”，状态“正常”"
    )
    assert whole.words == "导出机构名册2家，含联系电话，未设筛选条件"


def test_the_trail_is_locked_only_after_the_workbook_is_written(
    as_office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.institution()
    real, lines = register.register_workbook, []

    def noted(*given: Any, **named: Any) -> Any:
        lines.append(AuditEvent.objects.filter(act="register.exported").count())
        return real(*given, **named)

    monkeypatch.setattr("institutions.views.register.register_workbook", noted)
    exported(as_office)

    assert lines == [0]


def test_the_list_offers_the_workbook_of_its_own_filter(as_office: Client) -> None:
    make.institution("定边县新苗音乐培训学校")

    page = as_office.get(f"{REGISTER}?q=新苗&state=normal&page=1")

    query = "q=%E6%96%B0%E8%8B%97&amp;state=normal"
    assertContains(page, f'action="{REGISTER}list.xlsx?{query}"')


def test_telephones_are_in_the_workbook_for_those_who_may_see_them(
    as_office: Client, as_officer: Client
) -> None:
    make.institution(contact_name="联系人甲", contact_phone="13912345678")

    def cells(client: Client) -> list[object]:
        return [cell for row in exported(client) for cell in row]

    with_phones, without = cells(as_office), cells(as_officer)

    assert {"联系电话", "13912345678"} <= set(with_phones)
    assert not {"联系电话", "13912345678"} & set(without)
    assert {"联系人甲", "提示"} <= set(without)


# --- the file -----------------------------------------------------------------------------


def test_the_file_shows_who_where_papers_and_timeline(as_office: Client, office: User) -> None:
    institution = make.institution(
        "定边县青禾少儿美术书法舞蹈综合艺术素质教育培训中心有限公司", address="长城街1号"
    )
    licence = make.licence(institution, valid_until=TODAY + timedelta(days=12))
    amend(institution=institution, values={"floor": "二层"}, version=1, by=office.actor)

    response = as_office.get(f"{REGISTER}{institution.pk}/")

    assertContains(response, "定边县青禾少儿美术书法舞蹈综合艺术素质教育培训中心有限公司")
    assertContains(response, licence.number)
    assertContains(response, "还有12天")
    assertContains(response, "办学许可证将于2023年7月22日到期")
    assertContains(response, "修改了楼层")


def test_sealed_numbers_are_masked_on_the_file(as_lead: Client) -> None:
    institution = make.institution()
    Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    Custody.objects.create(institution=institution, mode="bank", account="6100000000001234")

    response = as_lead.get(f"{REGISTER}{institution.pk}/")

    assertContains(response, "****5678")
    assertContains(response, "****1234")
    assertNotContains(response, "13912345678")
    assertNotContains(response, "6100000000001234")


def test_an_older_part_of_the_timeline_has_its_own_address(as_office: Client, office: User) -> None:
    institution = make.institution()
    for version in range(1, 53):
        amend(
            institution=institution,
            values={"floor": f"{version}层"},
            version=version,
            by=office.actor,
        )

    first = as_office.get(f"{REGISTER}{institution.pk}/")
    way = first.context["timeline"].older
    older = as_office.get(f"{REGISTER}{institution.pk}/?before={way}")

    shown = [len(page.context["timeline"].events) for page in (first, older)]
    assert shown == [50, 2]
    assertContains(first, f"?before={way}#timeline")
    assertContains(older, "回到最新")
    assert as_office.get(f"{REGISTER}{institution.pk}/?before=x").status_code == 200


def test_a_deleted_file_is_there_for_those_who_may_put_it_back(
    as_office: Client, as_lead: Client, lead: User
) -> None:
    institution = make.institution(deleted_at=AT, deleted_by=lead, deleted_reason="重复登记")

    assert as_office.get(f"{REGISTER}{institution.pk}/").status_code == 404
    assertContains(as_lead.get(f"{REGISTER}{institution.pk}/"), "重复登记")
    assertContains(as_lead.get(f"{REGISTER}deleted/"), "重复登记")


# --- entering and amending ----------------------------------------------------------------


def test_an_institution_is_entered_by_its_name_alone(as_office: Client) -> None:
    response = as_office.post(f"{REGISTER}new/", {"name": " 定边县新苗音乐培训学校 "})

    institution = Institution.objects.get()
    assertRedirects(response, f"{REGISTER}{institution.pk}/")
    assert (institution.name, institution.state) == ("定边县新苗音乐培训学校", "unverified")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "定边县新苗音乐培训学校"}, "名称相同"),
        ({"name": "定边县新苗音悦培训学校"}, "读音相同"),
        ({"name": "定边县新苗声乐培训学校"}, "只差一个字"),
        ({"name": "定边县新苗音乐培训学校校"}, "只差一个字"),
        ({"name": "定边县新苗音樂培训学校"}, "名称相同"),
        ({"name": "定边县新苗培训学校"}, ""),
        ({"name": "毫不相干", "credit_code": "91610825MA70001810"}, "统一社会信用代码相同"),
    ],
)
def test_look_alikes_are_shown_before_saving(
    as_office: Client, typed: dict[str, str], why: str
) -> None:
    make.institution("定边县新苗音乐培训学校", credit_code="91610825MA70001810")

    response = as_office.post(f"{REGISTER}new/", typed)

    shown = [alike.why for alike in response.context["form"].look_alikes] if why else []
    assert shown == ([why] if why else [])
    assert Institution.objects.count() == (1 if why else 2)


def test_a_look_alike_that_is_another_one_is_entered(as_office: Client) -> None:
    make.institution("定边县新苗音乐培训学校")

    typed = {"name": "定边县新苗音乐培训学校"}
    asked = as_office.post(f"{REGISTER}new/", typed).context["form"]["asked"].value()

    as_office.post(f"{REGISTER}new/", typed | {"is_other": "on", "asked": asked})

    assert Institution.objects.count() == 2


def test_a_doubtful_code_warns_and_is_saved(as_office: Client) -> None:
    response = as_office.post(
        f"{REGISTER}new/",
        {"name": "定边县新苗音乐培训学校", "credit_code": "９１610825ma7000181x "},
    )

    assert Institution.objects.get().credit_code == "91610825MA7000181X"
    assert "校验码不符" in "".join(said(response))
    assertContains(as_office.get(f"{REGISTER}{Institution.objects.get().pk}/"), "校验码不符")


def test_a_code_that_is_too_long_warns_and_is_saved(as_office: Client) -> None:
    typed = {"name": "定边县新苗音乐培训学校", "credit_code": "91610825MA700018100"}

    response = as_office.post(f"{REGISTER}new/", typed)

    assert Institution.objects.get().credit_code == "91610825MA700018100"
    assert "现为19位" in "".join(said(response))


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "新" * 101}, "name"),
    ({"credit_code": "9" * 41}, "credit_code"),
    ({"longitude": "107.5"}, "latitude"),
    ({"longitude": "37.5", "latitude": "107.5"}, "longitude"),
    ({"building_area": "100", "teaching_area": "120"}, "teaching_area"),
    ({"building_area": "1e9"}, "building_area"),
    ({"lease_until": "2023-13-01"}, "lease_until"),
    ({"town": "4711"}, "town"),
    ({"categories": ["x"]}, "categories"),
    ({"registration_type": "nonsense"}, "registration_type"),
]


@pytest.mark.parametrize(("typed", "field"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_what_is_typed_wrongly_is_said_at_its_field_and_kept(
    as_office: Client, typed: dict[str, object], field: str
) -> None:
    response = as_office.post(
        f"{REGISTER}new/", {"name": "定边县新苗音乐培训学校", "remark": "请保留"} | typed
    )

    assert field in response.context["form"].errors
    assertContains(response, "请保留")
    assert not Institution.objects.exists()


def test_an_untouched_form_changes_nothing(as_office: Client) -> None:
    institution = make.institution(town=make.town(), is_rented=True, lease_until=date(2024, 1, 1))
    institution.categories.add(make.category())
    address = f"{REGISTER}{institution.pk}/amend/"

    response = as_office.post(address, form_of(as_office, address))

    assertRedirects(response, f"{REGISTER}{institution.pk}/")
    assert not AuditEvent.objects.exists()


def test_a_stale_form_is_refused_field_by_field_and_nothing_typed_is_lost(
    as_office: Client, lead: User
) -> None:
    institution = make.institution("定边县新苗音乐培训学校", floor="一层", grid_officer="甲")
    address = f"{REGISTER}{institution.pk}/amend/"
    opened = form_of(as_office, address)
    amend(
        institution=institution,
        values={"floor": "二层", "grid_officer": "乙"},
        version=1,
        by=lead.actor,
    )

    response = as_office.post(address, opened | {"floor": "三层", "remark": "我写的备注"})

    form = response.context["form"]
    assert form.errors["floor"] == ["此项已由“一层”改为“二层”，您填写的内容保留在这里。"]
    assert form.errors["grid_officer"] == ["此项已由“甲”改为“乙”，这里已换成新的内容。"]
    assert [form[name].value() for name in ("floor", "grid_officer", "remark")] == [
        "三层",
        "乙",
        "我写的备注",
    ]
    assertContains(response, "石楠")
    institution.refresh_from_db()
    assert (institution.floor, institution.remark) == ("二层", "")

    as_office.post(address, {field.html_name: field.value() for field in form if field.value()})

    institution.refresh_from_db()
    assert (institution.floor, institution.grid_officer, institution.remark) == (
        "三层",
        "乙",
        "我写的备注",
    )


def test_a_change_elsewhere_in_the_file_does_not_disturb_a_form(
    as_office: Client, lead: User
) -> None:
    institution = make.institution()
    address = f"{REGISTER}{institution.pk}/amend/"
    opened = form_of(as_office, address)
    fee = {"course": "书法", "price": "40"}
    add_part(institution=institution, part=PARTS["fee"], values=fee, by=lead.actor)

    response = as_office.post(address, opened | {"floor": "三层"})

    assertRedirects(response, f"{REGISTER}{institution.pk}/")


@pytest.mark.parametrize(
    "seen", ["", "nonsense", "[]", '{"floor": "x"}', '{"no": ["x"]}', "[" * 9999]
)
def test_a_forged_memory_of_what_was_shown_harms_nobody(as_office: Client, seen: str) -> None:
    institution = make.institution("定边县新苗音乐培训学校")

    response = as_office.post(
        f"{REGISTER}{institution.pk}/amend/", {"name": "定边县新苗音乐培训学校", "seen": seen}
    )

    assert response.status_code in (200, 302)


# --- the rows of the file -----------------------------------------------------------------


@pytest.mark.parametrize("slug", PARTS)
def test_every_kind_of_row_has_its_form(as_office: Client, slug: str) -> None:
    institution = make.institution()

    response = as_office.get(f"{REGISTER}{institution.pk}/parts/{slug}/new/")

    assert [
        name for name in PARTS[slug].fields if name not in response.context["form"].fields
    ] == []


def test_a_licence_is_added_amended_and_removed(as_office: Client) -> None:
    institution = make.institution()
    rows = f"{REGISTER}{institution.pk}/parts/licence/"

    added = as_office.post(
        f"{rows}new/",
        {
            "kind": "private_school",
            "number": "161082570000120",
            "valid_from": "2023.1.1",
            "valid_until": "2026年7月5日",
        },
    )
    licence = institution.licences.get()
    assertRedirects(added, f"{REGISTER}{institution.pk}/#licence", fetch_redirect_response=False)
    assert licence.valid_until == date(2026, 7, 5)
    address = f"{rows}{licence.pk}/"
    as_office.post(address, form_of(as_office, address) | {"capacity": "120"})
    licence.refresh_from_db()
    assert licence.capacity == 120
    as_office.post(f"{address}remove/", {"reason": "登记重复"})

    assert not institution.licences.exists()
    acts = [event.act for event in AuditEvent.objects.order_by("id")]
    assert acts == ["licence.added", "licence.amended", "licence.removed"]


PART_ERRORS = [
    (
        "licence",
        {"kind": "other", "valid_from": "2026-07-05", "valid_until": "2026-07-04"},
        "有效期止不能早于有效期起。",
    ),
    (
        "licence",
        {"kind": "other", "issued_on": "2026-07-05", "valid_until": "2026-07-04"},
        "有效期止不能早于发证日期。",
    ),
    (
        "licence",
        {"kind": "other", "is_long_term": "on", "valid_until": "2026-07-04"},
        "已勾选“长期有效”",
    ),
    ("licence", {"kind": "other"}, "请填写许可证号"),
    ("licence", {"kind": "other", "capacity": "99999999999"}, "不能大于 "),
    (
        "safety",
        {"kind": "fire_acceptance", "issued_on": "2026-07-05", "valid_until": "2026-07-04"},
        "有效期至不能早于出具日期。",
    ),
    ("fee", {"course": "书法", "price": "-1", "unit": "课时"}, "不能小于 0。"),
    ("fee", {"course": "书法", "price": "很贵", "unit": "课时"}, "请填写数字。"),
    ("fee", {"course": "书法", "price": "1.005", "unit": "课时"}, "最多 2 位小数。"),
    ("fee", {"course": "书法", "price": "123456789012", "unit": "课时"}, "最多 9 位。"),
    ("fee", {"course": "书法", "price": "1", "months": "1.5"}, "请填写整数。"),
    (
        "representative",
        {"post": "legal", "name": "张" * 61},
        "最多 60 个字，现在是 61 个字。",
    ),
    ("custody", {"mode": "bank", "balance": "1000"}, "余额是哪一天的"),
    ("annual", {"year": "23", "conclusion": "passed"}, "不能小于 2000。"),
    ("representative", {"post": "legal", "name": ""}, "请填写这一项"),
]


@pytest.mark.parametrize(
    ("slug", "typed", "words"), PART_ERRORS, ids=[str(n) for n in range(len(PART_ERRORS))]
)
def test_a_row_that_cannot_be_is_refused_in_words(
    as_office: Client, slug: str, typed: dict[str, str], words: str
) -> None:
    institution = make.institution()

    response = as_office.post(f"{REGISTER}{institution.pk}/parts/{slug}/new/", typed)

    assert words in str(response.context["form"].errors)
    assert not AuditEvent.objects.exists()


def test_a_licence_number_of_another_institution_is_asked_about(as_office: Client) -> None:
    make.licence(make.institution(), number="教民161082570000120号")
    address = f"{REGISTER}{make.institution().pk}/parts/licence/new/"
    typed = {"kind": "other", "number": "161082570000120"}

    answer = as_office.post(address, typed)

    assertContains(answer, "许可证号相同")
    answered = {"is_other": "on", "asked": answer.context["form"]["asked"].value()}
    assert as_office.post(address, typed | answered).status_code == 302


def test_an_unusual_licence_number_warns_and_is_saved(as_office: Client) -> None:
    institution = make.institution()

    response = as_office.post(
        f"{REGISTER}{institution.pk}/parts/licence/new/", {"kind": "other", "number": "教民字12号"}
    )

    assert institution.licences.get().number == "教民字12号"
    assert "写法不常见" in "".join(said(response))


def test_an_empty_telephone_keeps_the_sealed_one(as_office: Client) -> None:
    institution = make.institution()
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    address = f"{REGISTER}{institution.pk}/parts/representative/{person.pk}/"

    assertContains(as_office.get(address), "****5678")
    as_office.post(address, form_of(as_office, address) | {"name": "改名人"})

    person.refresh_from_db()
    assert (person.name, person.phone.open()) == ("改名人", "13912345678")


@pytest.mark.parametrize(
    "address", ["parts/nonsense/new/", "parts/licence/4711/", "parts/licence/4711/remove/"]
)
def test_what_is_not_there_is_not_found(as_office: Client, address: str) -> None:
    assert as_office.get(f"{REGISTER}{make.institution().pk}/{address}").status_code == 404


def test_a_row_of_another_institution_is_not_found(as_office: Client) -> None:
    licence = make.licence(make.institution())

    address = f"{REGISTER}{make.institution().pk}/parts/licence/{licence.pk}/"

    assert as_office.get(address).status_code == 404


def test_a_licence_is_marked_void(as_office: Client) -> None:
    institution = make.institution()
    licence = make.licence(institution)

    as_office.post(f"{REGISTER}{institution.pk}/licences/{licence.pk}/void/", {"reason": "换证"})

    licence.refresh_from_db()
    assert licence.is_void


def test_a_scan_comes_in_is_handed_out_and_leaves(as_office: Client, as_officer: Client) -> None:
    institution = make.institution()
    scans = f"{REGISTER}{institution.pk}/scans/"
    content = BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")

    refused = as_office.post(
        f"{scans}new/", {"kind": "licence", "upload": SimpleUploadedFile("a.png", b"MZ")}
    )
    assertContains(refused, "这种文件不能接收")
    as_office.post(
        f"{scans}new/",
        {"kind": "licence", "upload": SimpleUploadedFile("a.png", content.getvalue())},
    )
    scan = Scan.objects.get()
    served = as_officer.get(f"{scans}{scan.pk}/")
    assert served.headers["Content-Type"] == "image/png"
    as_office.post(f"{scans}{scan.pk}/remove/", {"reason": "拍糊了"})

    assert as_officer.get(f"{scans}{scan.pk}/").status_code == 404


# --- sealed numbers -----------------------------------------------------------------------


def test_a_whole_number_is_shown_for_a_reason_only(as_lead: Client) -> None:
    institution = make.institution()
    person = Representative.objects.create(
        institution=institution, post="legal", name="示例人", phone="13912345678"
    )
    Custody.objects.create(institution=institution, mode="bank", account="6100000000001234")
    phone, account = (
        f"{REGISTER}{institution.pk}/people/{person.pk}/phone/",
        f"{REGISTER}{institution.pk}/account/",
    )

    assertNotContains(as_lead.post(phone, {"reason": " "}), "13912345678")
    assert not AuditEvent.objects.exists()
    told = as_lead.post(phone, {"reason": "电话核实"})

    assertContains(told, "13912345678")
    assert "no-store" in told.headers["Cache-Control"]
    assertContains(as_lead.post(account, {"reason": "核对流水"}), "6100000000001234")
    assert AuditEvent.objects.count() == 2


def test_a_number_whose_key_is_lost_is_a_sentence_on_the_form(
    as_lead: Client, settings: Settings
) -> None:
    institution = make.institution()
    Custody.objects.create(institution=institution, mode="bank", account="6100000000001234")
    settings.FIELD_KEY = "another:key"

    answer = as_lead.post(f"{REGISTER}{institution.pk}/account/", {"reason": "核对流水"})

    assertContains(answer, "密钥缺失")


# --- the life cycle -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unverified", ["核验通过"]),
        ("normal", ["停业整顿", "歇业", "关停", "吊销办学许可证", "注销", "转出本县"]),
        ("suspended", ["恢复办学", "关停", "吊销办学许可证", "注销"]),
        ("deregistered", []),
    ],
)
def test_the_file_offers_what_the_table_allows(
    as_lead: Client, state: str, words: list[str]
) -> None:
    institution = make.institution(state=state)

    steps = as_lead.get(f"{REGISTER}{institution.pk}/").context["steps"]

    assert [step.words for step in steps] == words


def test_the_office_verifies_and_decides_nothing(as_office: Client) -> None:
    waiting, normal = make.institution(state="unverified"), make.institution()

    steps = [as_office.get(f"{REGISTER}{row.pk}/").context["steps"] for row in (waiting, normal)]

    assert [[step.words for step in of] for of in steps] == [["核验通过"], []]
    assert as_office.get(f"{REGISTER}{normal.pk}/decide/suspend/").status_code == 404


def test_an_institution_is_verified(as_office: Client) -> None:
    institution = make.institution(state="unverified", state_on=None)
    typed = {"on": "2023-07-03", "document": "现场核验记录", "checked": ["办学许可证"]}

    response = as_office.post(f"{REGISTER}{institution.pk}/verify/", typed)

    assertRedirects(response, f"{REGISTER}{institution.pk}/")
    institution.refresh_from_db()
    assert institution.state == "normal"


def test_those_of_the_chosen_that_wait_are_verified_together(as_office: Client) -> None:
    rows = [make.institution(state="unverified", state_on=None) for _ in range(2)]
    normal = make.institution()
    chosen = {"pk": [row.pk for row in (*rows, normal)] + ["x", "9" * 30]}

    page = as_office.get(f"{REGISTER}verify/", chosen)

    assertContains(page, "一并核验2家机构")
    assert page.context["gone"] == [normal]


def test_nothing_chosen_is_said(as_office: Client) -> None:
    response = as_office.get(f"{REGISTER}verify/")

    assertRedirects(response, REGISTER)
    assert said(response) == ["没有选中待核验的机构。请在名册中勾选后再核验。"]


def test_a_decision_says_what_follows_and_holds_at_once(as_head: Client) -> None:
    institution = make.institution()
    address = f"{REGISTER}{institution.pk}/decide/suspend/"

    asked = as_head.get(address)
    assertContains(asked, "公示页面马上显示“停业整顿”")
    assertContains(asked, "另一位有权限的人员复核")
    as_head.post(
        address, {"on": "2023-07-09", "document": "决定书〔2023〕1号", "reason": "消防通道堵塞"}
    )

    shown = as_head.get(f"{REGISTER}{institution.pk}/")
    assertContains(shown, "消防通道堵塞")
    assertContains(shown, "待复核")
    assertNotContains(shown, "复核无误")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"on": "2023-07-11", "document": "决定书", "reason": "原因"}, "不能晚于今天"),
        ({"on": "2023-07-09", "document": "", "reason": "原因"}, "请填写这一项"),
        ({"on": "2023-07-09", "document": "决定书", "reason": ""}, "请填写这一项"),
        ({"on": "七月九日", "document": "决定书", "reason": "原因"}, "请填写正确的日期"),
    ],
)
def test_a_decision_without_what_it_owes_is_refused(
    as_head: Client, typed: dict[str, str], words: str
) -> None:
    institution = make.institution()

    response = as_head.post(f"{REGISTER}{institution.pk}/decide/close/", typed)

    form = response.context["form"]
    assert words in str(form.errors)
    assert not form.non_field_errors()
    institution.refresh_from_db()
    assert institution.state == "normal"


def test_an_act_that_is_not_possible_now_is_said(as_head: Client) -> None:
    institution = make.institution(state="deregistered")

    response = as_head.get(f"{REGISTER}{institution.pk}/decide/suspend/")

    assertRedirects(response, f"{REGISTER}{institution.pk}/")
    assert said(response) == ["这家机构当前为“注销”，不能进行“停业整顿”。"]
    assert as_head.get(f"{REGISTER}{institution.pk}/decide/nonsense/").status_code == 404


def test_a_second_person_confirms_and_the_first_one_cannot(
    as_lead: Client, as_head: Client, lead: User
) -> None:
    institution = make.institution()
    decide(
        institution=institution,
        act="close",
        on=TODAY,
        document="决定书",
        reason="原因",
        by=lead.actor,
    )
    change = StateChange.objects.get()
    address = f"{REGISTER}{institution.pk}/changes/{change.pk}/confirm/"

    assert said(as_lead.post(address)) == [
        "决定须由另一位有权限的人员复核，不能由作出决定的人自己复核。"
    ]
    assertContains(as_head.get(f"{REGISTER}{institution.pk}/"), "复核无误")
    assert as_head.get(address).status_code == 405
    as_head.post(address)

    change.refresh_from_db()
    assert change.confirmed_at == AT


def test_a_mistaken_row_is_deleted_and_put_back(as_lead: Client) -> None:
    institution = make.institution("定边县新苗音乐培训学校")

    deleted = as_lead.post(f"{REGISTER}{institution.pk}/delete/", {"reason": "重复登记"})
    assertRedirects(deleted, f"{REGISTER}deleted/")
    assertNotContains(as_lead.get(REGISTER), "定边县新苗音乐培训学校", status_code=200)
    assert as_lead.get(f"{REGISTER}{institution.pk}/amend/").status_code == 404
    as_lead.post(f"{REGISTER}{institution.pk}/undelete/", {"reason": "并非重复"})

    assertContains(as_lead.get(REGISTER), "定边县新苗音乐培训学校")


def test_only_who_looks_after_institutions_can_be_named_as_responsible(
    as_office: Client, office: User, officer: User, auditor: User, admin: User
) -> None:
    page = as_office.get("/office/institutions/new/")

    offered = set(page.context["form"].fields["responsible_officer"].queryset)

    assert offered == {office, officer}
