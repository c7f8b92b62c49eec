"""Words in a cell that stand for a value; what denies them, or puts them off, is heard."""

import pytest

from institutions.importing.wording import choice, conclusion
from institutions.models import AnnualInspection, Institution, SiteClass, UnlicensedSite
from tests import make
from tests.institutions.test_import import Cell, applied, book, previewed, rows_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("合格", "passed"),
        ("通过", "passed"),
        ("已通过", "passed"),
        ("2025年度年检合格", "passed"),
        ("年检结论：合格。", "passed"),
        ("合格（A级）", "passed"),
        ("通过年检", "passed"),
        ("基本合格（限期整改）", "basic"),
        ("不合格;吊销资格", "failed"),
        ("不通过", "failed"),
        ("不予通过", "failed"),
        ("未通过年检", "failed"),
        ("未参加年检", "absent"),
        ("优秀", "excellent"),
        ("未达到合格标准", ""),
        ("待整改暂缓通过", ""),
        ("暂缓通过", ""),
        ("建议合格", ""),
        ("拟通过", ""),
        ("合格（暂定）", ""),
        ("整改后合格", ""),
        ("合格率80%", ""),
        ("合格、不合格", ""),
        ("注销", ""),
    ],
)
def test_only_a_conclusion_in_so_many_words_is_one(text: str, said: str) -> None:
    assert conclusion(text) == said


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("custody_mode", "银行托管（建设银行）", "bank"),
        ("custody_mode", "未办理银行托管", ""),
        ("custody_mode", "尚未缴存保证金", ""),
        ("custody_mode", "无预收费", "none"),
        ("custody_mode", "不预收费", "none"),
        ("profit_kind", "非营利性", "non_profit"),
        ("profit_kind", "不以营利为目的", "non_profit"),
        ("profit_kind", "营利性", "for_profit"),
        ("profit_kind", "不营利", ""),
        ("registration_type", "民办非企业单位（法人）", "civil"),
        ("registration_type", "民办非企业（非营利）", "civil"),
        ("registration_type", "未登记公司", ""),
        ("licence_kind", "民办非学历教育办学许可证", "private_school"),
    ],
)
def test_a_denied_word_chooses_nothing(field: str, text: str, said: str) -> None:
    assert choice(text, field) == said


@pytest.mark.parametrize("words", ["不通过复核", "未达到合格标准", "待整改暂缓通过"])
def test_a_row_whose_conclusion_is_none_needs_a_person(db: None, words: str) -> None:
    make.institution("定边县甲校")

    run = applied(book(["机构名称", "年检结论"], ["定边县甲校", words]), year=2025)

    assert rows_of(run)["定边县甲校"]["reason"] == f"“{words}”不是年检结论，需人工作出决定"
    assert not AnnualInspection.objects.exists()


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("是否营利", "是", "for_profit"),
        ("是否营利", "否", "non_profit"),
        ("是否非营利性", "是", "non_profit"),
        ("是否营利", "非营利", "non_profit"),
        ("营利性质", "否", ""),
    ],
)
def test_a_question_in_the_header_is_answered_with_yes_or_no(
    db: None, header: str, cell: str, said: str
) -> None:
    applied(book(["机构名称", header], ["定边县甲校", cell], title="机构名册"))

    assert Institution.objects.get().profit_kind == said


def test_a_reason_that_tells_no_class_is_kept_as_a_remark(db: None) -> None:
    head: list[Cell] = ["名称", "地址", "列入原因", "备注"]
    data = book(head, ["甲画室", "某处1号", "违规办学", "已约谈"], title="无证机构名单")
    applied(data)

    site = UnlicensedSite.objects.get()
    assert (site.site_class, site.remark) == (SiteClass.UNKNOWN, "已约谈；列入原因：违规办学")
    assert previewed(data).counts["unchanged"] == 1
