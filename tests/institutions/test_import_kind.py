"""What kind of list a sheet is taken for: never one of the black ones by a word that lies about."""

import pytest

from foundation.tabular.layout import Table
from foundation.tabular.reading import Row
from institutions.importing.recognising import Recognised, recognise
from institutions.models import ImportKind

PUBLISHED = (
    "序号 机构名称 所属镇街 类别 培训项目 办学地址 办学许可证号 统一社会信用代码 法定代表人 联系电话 "
    "监管银行 主管部门 许可有效期 备注"
)
NUMBER = "161082570000010"
SHORTEST = "序号 名称 地址 类别 负责人 电话"


def told(headers: str, *, title: str = "", file: str = "表.xlsx", cell: str = NUMBER) -> Recognised:
    names = tuple(headers.split())
    table = Table(title, names, [Row(2, (cell,) * len(names))], [""])
    return recognise(table, "Sheet1", file)


@pytest.mark.parametrize(
    ("headers", "file", "kind", "by"),
    [
        (PUBLISHED, "表.xlsx", ImportKind.REGISTER, "列名"),
        (PUBLISHED, "定边县白名单.xlsx", ImportKind.WHITELIST, "文件名"),
        (PUBLISHED, "机构台账.xlsx", ImportKind.REGISTER, "文件名"),
        (SHORTEST, "表.xlsx", ImportKind.REGISTER, ""),
        (SHORTEST, "白名单.xlsx", ImportKind.WHITELIST, "文件名"),
        ("名称 类型 地址", "表.xlsx", ImportKind.REGISTER, ""),
        ("名称 地址 处理结果", "表.xlsx", ImportKind.UNLICENSED, "列名"),
        ("名称 地址 处理结果", "排查情况汇总表.xlsx", ImportKind.UNLICENSED, "列名"),
        ("机构名称 统一社会信用代码 处理结果", "表.xlsx", ImportKind.REGISTER, "列名"),
        ("机构名称 统一社会信用代码 检查结果", "表.xlsx", ImportKind.REGISTER, "列名"),
        ("机构名称 统一社会信用代码 年检结果", "表.xlsx", ImportKind.ANNUAL, "列名"),
        ("机构名称 年检结果 法定代表人 有效期止", "表.xlsx", ImportKind.ANNUAL, ""),
        ("机构名称 年检结果 法定代表人 有效期止", "机构名册.xlsx", ImportKind.REGISTER, "文件名"),
        ("机构名称 统一社会信用代码 上架课程数", "表.xlsx", ImportKind.PLATFORM, "列名"),
    ],
)
def test_by_its_headers_or_the_name_of_its_file(
    headers: str, file: str, kind: ImportKind, by: str
) -> None:
    assert told(headers, file=file) == Recognised(kind, by)


def test_a_column_that_says_there_is_no_licence_rules_nothing_out() -> None:
    headers = "名称 地址 营业执照 办学许可证 处理结果"

    assert told(headers, cell="无") == Recognised(ImportKind.UNLICENSED, "")
    assert told(headers) == Recognised(ImportKind.REGISTER, "列名")


@pytest.mark.parametrize("header", ["类别", "类型", "列入原因"])
def test_a_class_tells_only_by_its_cells(header: str) -> None:
    assert told(f"名称 地址 {header}", cell="有照无证") == Recognised(ImportKind.UNLICENSED, "列名")
    assert told(f"名称 地址 {header}", cell="体育") == Recognised(ImportKind.REGISTER)


@pytest.mark.parametrize(
    ("title", "kind", "by"),
    [
        ("定边县校外培训机构白名单（不含无证机构）", ImportKind.WHITELIST, "表题"),
        ("定边县白名单（无违规办学记录）", ImportKind.WHITELIST, "表题"),
        ("无违法违规记录的机构公示", ImportKind.WHITELIST, "表题"),
        ("除无证机构外的机构台账", ImportKind.REGISTER, "表题"),
        ("无证办学行为查处名单", ImportKind.UNLICENSED, "表题"),
        ("校外培训机构“黑名单”公示", ImportKind.UNLICENSED, "表题"),
        ("2025年年检结果公示", ImportKind.ANNUAL, "表题"),
        ("校外培训机构黑白名单", ImportKind.UNLICENSED, ""),
        ("年检合格机构白名单", ImportKind.ANNUAL, ""),
    ],
)
def test_by_a_title_without_what_it_denies(title: str, kind: ImportKind, by: str) -> None:
    assert told(SHORTEST, title=title) == Recognised(kind, by)
