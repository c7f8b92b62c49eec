"""One institution's page: what a parent needs, the live state, and nothing of the office's own."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from foundation.accounts.models import User
from institutions.models import (
    AnnualInspection,
    Campus,
    Custody,
    CustodyMode,
    Fee,
    Institution,
    Licence,
    PlatformMark,
    Post,
    Representative,
    Teacher,
)
from institutions.workflow import InstitutionState
from tests import make
from tests.public.publishing import licensed, page, publish

pytestmark = pytest.mark.django_db


def fee(institution: Institution, course: str, disclosed_on: date | None) -> None:
    Fee.objects.create(
        institution=institution, course=course, price=Decimal("80.00"), disclosed_on=disclosed_on
    )


@pytest.fixture
def whole() -> Institution:
    """An institution with everything that there is to know."""
    wenlv = make.department("wenlv", name="测试文旅局")
    wenlv.complaint_phone, wenlv.complaint_email = "0912-4000001", "wenlv@example.test"
    wenlv.save()
    row = make.institution(
        "定边县小荷舞蹈艺术培训中心",
        credit_code="91610825MA70TEST16",
        address="定边县民生街7号",
        town=make.town("定边街道"),
        subjects="中国舞",
        lead_department=wenlv,
        contact_name="不公开的联系人",
        contact_phone="0912-4000002",
        grid_officer="不公开的网格员",
        remark="不公开的备注",
    )
    row.categories.add(make.category("WH", "文化艺术类"))
    row.supporting_departments.add(make.department("shichang", name="测试市场局"))
    make.licence(row, number="161082570000123", valid_until=date(2099, 12, 31))
    make.licence(row, number="作废的证", is_void=True)
    fee(row, "基础班", disclosed_on=date(2023, 5, 1))
    Teacher.objects.create(
        institution=row, name="宫羽", subject="中国舞", experience="2015年起任教"
    )
    Representative.objects.create(institution=row, post=Post.PRINCIPAL, name="商陆")
    Campus.objects.create(institution=row, name="东校区", address="定边县东园路1号")
    Custody.objects.create(
        institution=row, mode=CustodyMode.BANK, bank="测试银行", account="6217000012345678"
    )
    PlatformMark.objects.create(
        institution=row, platform_id="P1", payment_open=True, as_of=date(2023, 6, 1)
    )
    AnnualInspection.objects.create(institution=row, year=2022, conclusion="passed")
    return row


def test_a_parent_reads_what_is_owed_to_the_public(client: Client, whole: Institution) -> None:
    make.limits()
    publish(whole)
    found = page(client, f"/whitelist/{whole.public_id}/")
    for words in (
        "在白名单中",
        "文化艺术类：中国舞",
        "161082570000123",
        "有效期至2099年12月31日",
        "定边县民生街7号",
        "东校区：定边县东园路1号",
        "基础班：80 元/课时",
        "测试银行",
        "****5678",
        "已开通平台支付",
        "商陆",
        "宫羽，中国舞",
        "2015年起任教",
        "2022年度年检",
        "测试文旅局",
        "tel:0912-4000001",
        "wenlv@example.test",
        "测试市场局",
        "校外培训家长端",
        "3 个月、60 课时、5000 元",
        "第1期",
    ):
        assert words in found, words


def test_a_fee_that_the_institution_never_disclosed_is_not_shown_as_such(client: Client) -> None:
    row = licensed("定边县小荷舞蹈培训学校")
    fee(row, "基础班", disclosed_on=None)
    publish(row)

    found = page(client, f"/whitelist/{row.public_id}/")

    assert "基础班" not in found
    assert "未公示。请要求机构出示收费标准。" in found


def test_the_offices_own_notes_and_whole_accounts_stay_inside(
    client: Client, whole: Institution
) -> None:
    publish(whole)
    for address in (f"/whitelist/{whole.public_id}/", f"/v/{whole.public_id}/", "/whitelist.json"):
        found = client.get(address)
        text = b"".join(found) if found.streaming else found.content
        words = text.decode()
        for secret in ("不公开", "6217000012345678", "0912-4000002", "作废的证"):
            assert secret not in words, (address, secret)


def test_a_telephone_is_shown_only_where_the_institution_agreed(
    client: Client, whole: Institution
) -> None:
    Institution.objects.update(contact_is_public=True)
    publish(whole)
    assert "0912-4000002" in page(client, f"/whitelist/{whole.public_id}/")


def test_what_is_not_recorded_is_said(client: Client) -> None:
    bare = make.institution("定边县白纸学校")
    publish(bare)
    found = page(client, f"/whitelist/{bare.public_id}/")
    for words in ("地址未登记", "未公示", "有效期未登记", "未登记。没有监管账户的"):
        assert words in found, words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"state": "suspended", "state_on": date(2023, 7, 1), "state_reason": "消防不合格。"},
            "自2023年7月1日起停业整顿：消防不合格。",
        ),
        (
            {"state": "suspended", "state_on": date(2023, 7, 1), "state_reason": "自7月1日起整改"},
            "自7月1日起整改。",
        ),
        ({"state": "closed", "state_on": date(2023, 7, 1)}, "自2023年7月1日起关停。"),
        (
            {"state": "resting", "state_on": date(2023, 7, 1), "state_reason": "自查后整修校舍"},
            "自2023年7月1日起歇业：自查后整修校舍。",
        ),
        ({"state": "revoked", "state_on": None, "state_reason": "骗取许可"}, "骗取许可。"),
    ],
)
def test_since_when_and_why_is_one_sentence(
    client: Client, changes: dict[str, object], words: str
) -> None:
    row = licensed("定边县小荷舞蹈", **changes)
    publish(row)
    for address in (f"/whitelist/{row.public_id}/", f"/v/{row.public_id}/", "/whitelist/"):
        found = page(client, address)
        assert words in found.replace("取缔关停", "关停"), address
        assert found.count("自2023年7月1日起") <= 1


def test_a_licence_that_ran_out_takes_the_place_off_without_any_sweep(client: Client) -> None:
    row = licensed("定边县小荷舞蹈", until=date(2023, 7, 1))
    publish(row)
    found = page(client, f"/whitelist/{row.public_id}/")
    assert "许可到期，不在白名单中" in found
    assert "自2023年7月2日起许可到期：办学许可证有效期已届满。" in found


def test_a_long_term_licence_never_runs_out(client: Client) -> None:
    row = licensed("定边县小荷舞蹈", until=date(2023, 7, 1))
    Licence.objects.create(institution=row, number="长期", is_long_term=True)
    publish(row)
    assert "在白名单中" in page(client, f"/whitelist/{row.public_id}/")


def test_a_place_in_order_that_the_newest_issue_left_out_is_not_called_listed(
    client: Client,
) -> None:
    row = licensed("定边县小荷舞蹈")
    publish(row)
    publish(licensed("定边县长河篮球"))
    for address in (f"/whitelist/{row.public_id}/", f"/v/{row.public_id}/"):
        found = page(client, address)
        assert "不在白名单中" in found
        assert "没有列入最近一期白名单" in found


def test_a_record_deleted_as_mistaken_says_so(client: Client, office: User) -> None:
    row = licensed("定边县小荷舞蹈")
    publish(row)
    # Sixteen hours UTC are midnight in the county.
    Institution.objects.update(deleted_at="2023-07-11T16:30Z", deleted_by=office.pk)
    found = page(client, f"/whitelist/{row.public_id}/")
    assert "自2023年7月12日起已撤下：登记有误。" in found
    assert "没有找到" in page(client, "/whitelist/?q=小荷")


@pytest.mark.parametrize("kind", ["whitelist", "v"])
def test_a_place_that_no_list_ever_held_has_no_page(client: Client, kind: str) -> None:
    never = licensed("定边县小荷舞蹈")
    publish(licensed("定边县长河篮球"))
    for address in (f"/{kind}/{never.public_id}/", f"/{kind}/zzzzzzzzzz/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "未在白名单" in answer.content.decode()
        assert "小荷" not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_a_name_of_the_longest_kind_is_written_out(client: Client) -> None:
    name = "定边县新安边镇柠条塬青少年综合素质拓展与艺术体育培训学校有限公司"
    row = licensed(name)
    publish(row)
    for address in ("/whitelist/", f"/whitelist/{row.public_id}/", f"/v/{row.public_id}/"):
        assert name in page(client, address)


def test_the_number_of_questions_to_the_database_is_small_and_does_not_grow(
    client: Client, whole: Institution, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(whole)
    address = f"/whitelist/{whole.public_id}/"
    client.get(address)
    with django_assert_num_queries(2):
        client.get(address)
    for number in range(3):
        make.licence(whole)
        fee(whole, f"班{number}", disclosed_on=date(2023, 5, 1))
        Teacher.objects.create(institution=whole, name=f"教师{number}")
        visit = make.inspection(state="concluded", institution=whole)
        make.disclosure(inspection=visit, state="published")
    with django_assert_num_queries(2):
        client.get(address)


def test_a_state_that_is_over_is_forgotten(client: Client) -> None:
    row = licensed("定边县小荷舞蹈", state=InstitutionState.SUSPENDED)
    publish(row)
    assert "不在白名单中" in page(client, f"/v/{row.public_id}/")
    Institution.objects.update(state=InstitutionState.NORMAL)
    assert "不在白名单中" not in page(client, f"/v/{row.public_id}/")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (InstitutionState.REVOKED, "请不要在这里缴费"),
        (InstitutionState.RESTING, "核实以前请不要缴费"),
    ],
)
def test_nobody_is_told_how_to_pay_a_place_off_the_list(
    client: Client, state: str, words: str
) -> None:
    row = licensed("定边县长河篮球", state=state, state_reason="测试")
    publish(row)
    for address in (f"/whitelist/{row.public_id}/", f"/v/{row.public_id}/"):
        found = page(client, address)
        assert words in found
        assert "一次缴费不超过" not in found
