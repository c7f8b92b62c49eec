"""Invented lists with the quirks of real ones: for tests and for `make figures`.

Not one row of these is published anywhere; the quirks are those of lists that are.
"""

import io
from collections.abc import Sequence
from decimal import Decimal

import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from stdnum.cn import uscc

Cell = str | int | float | None
TOWNS = ("定边街道", "贺圈镇", "安边镇", "砖井镇", "白泥井镇")
TITLE = "2026年5月定边县校外培训机构“白名单”"
WHITE_HEADERS = ("序号", "区县", "机构名称", "机构地址", "办学内容", "许可证号")
TWICE = 161082570190869  # one licence number on two institutions
REGISTER_HEADERS = (
    "序号",
    "镇街",
    "机构名称",
    "统一社会信用代码",
    "办学许可证·编号",
    "办学许可证·有效期",
    "地址",
    "负责人",
    "联系电话",
    "成立日期",
    "备注",
)

_FIRST = (
    "晨露",
    "新芽",
    "青禾",
    "朗月",
    "云帆",
    "知远",
    "小荷",
    "星桥",
    "墨池",
    "锦程",
    "乐童",
    "启航",
)
_SECOND = ("艺术", "书画", "舞蹈", "英语", "科创", "棋艺", "音乐", "跆拳道", "美术", "文化", "口才")
_KIND = ("培训学校", "培训学校有限公司", "培训中心有限公司")
_SUBJECTS = (
    "美术",
    "音乐、美术、书法",
    "舞蹈,声乐",
    "英语；语文",
    "体育/跆拳道",
    "英语（成人类）",
    "继续教育",
)
_STREETS = ("迎宾路", "献忠路", "民生街", "西环路", "鼓楼南大街", "文明巷")


def name_of(number: int) -> str:
    """An invented institution; the same number is always the same one."""
    first, second = _FIRST[number % 12], _SECOND[number // 12 % 11]
    serial = f"第{number // 396 + 1}" if number >= 396 else ""
    return f"定边县{first}{serial}{second}{_KIND[number // 132 % 3]}"


def address_of(number: int) -> str:
    """An invented address in a real town."""
    street = _STREETS[number % len(_STREETS)]
    return f"定边县{TOWNS[number % len(TOWNS)]}{street}{number * 7 % 400 + 1}号{number % 5 + 1}楼"


def credit_code_of(number: int) -> str:
    """A code with the right check character, of a body that does not exist."""
    bare = f"52610825MJY{number:05d}X"
    return bare + str(uscc.calc_check_digit(bare))


def licence_of(number: int) -> int:
    """A licence number of fifteen digits."""
    return 161082570000000 + number * 10


def _bytes(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        sheet.append(list(row))


def white_list_rows(count: int = 165) -> list[list[Cell]]:
    """The records of the published list, its quirks included.

    Two rows in three have the licence number as a number, one has it as text; the fifth ends in a
    no-break space, the seventh and the eighth share one.
    """
    rows: list[list[Cell]] = []
    for number in range(1, count + 1):
        licence: Cell = licence_of(number) if number % 3 else str(licence_of(number))
        subjects = _SUBJECTS[number % len(_SUBJECTS)]
        rows.append([number, "定边县", name_of(number), address_of(number), subjects, licence])
    rows[4][5] = f"{licence_of(5)}\u00a0"
    rows[6][5] = TWICE
    rows[7][5] = str(TWICE)
    return rows


def white_list(count: int = 165) -> bytes:
    """A published list: merged title, numbers as numbers and as text, a dead link, two empty sheets."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sheet1"
    _fill(sheet, [[TITLE], WHITE_HEADERS, *white_list_rows(count)])
    sheet.merge_cells("A1:F1")
    sheet["C5"].hyperlink = "http://example.invalid/gone"
    book.create_sheet("Sheet2")
    book.create_sheet("Sheet3")
    return _bytes(book)


def black_lists() -> bytes:
    """Four lists of places without licence, none laid out like another."""
    book = Workbook()
    _with_category(book.worksheets[0])
    _glued(book.create_sheet("城区无证"))
    _reason_downwards(book.create_sheet("2025年12月"))
    _annual(book.create_sheet("年检"))
    return _bytes(book)


def _with_category(sheet: Worksheet) -> None:
    """A title with a line break, a category as a row, a reason merged downwards, days without year."""
    sheet.title = "停课期间"
    rows: list[list[Cell]] = [
        ["停课期间\n违规办学机构黑名单"],
        ["一、证照齐全违规办学机构"],
        ["序号", "机构名称", "办学地点", "列入黑名单原因", "查处时间", "处理结果"],
        [1, name_of(201), "贺圈镇迎宾路3号", "违规办学", "年2月9日", "责令停止办学,退还所收费用"],
        [2, name_of(202), "安边镇5#8#楼东侧门市", None, "年1月25日", "下发停办通知"],
        [3, name_of(203), "定边街道C区", None, "年1月28日", "注销办学许可"],
    ]
    _fill(sheet, rows)
    for block in ("A1:F1", "A2:F2", "D4:D6"):
        sheet.merge_cells(block)


def _glued(sheet: Worksheet) -> None:
    """One column without a header; name and address in one cell, with and without a blank."""
    for text in (
        "定边县无证培训机构",
        "彤绘坊文明巷25号二层",
        "青桐果教育 西环路五角广场6楼",
        "机关娃培训中心定边县贺圈镇迎宾路66号A栋",
        "同绘坊 定边县砖井镇民生街11号三楼",
    ):
        sheet.append([text])


def _reason_downwards(sheet: Worksheet) -> None:
    """Numbers as text, shop names instead of registered names, reasons merged over some rows."""
    rows: list[list[Cell]] = [
        ["定边县校外培训机构“黑名单”（2025年12月）"],
        ["序号", "机构名称", "地址", "列入原因"],
        ["1", "未来星机器人", "民生街东楼8号一楼", "有照无证"],
        ["2", "高飞升学", "鼓楼南大街公寓7楼", "无证无照"],
        ["3", "潮动街舞", "西环路268号、271号商铺", "有照无证"],
        ["4", "B-box街舞", "迎宾路二楼", None],
        ["5", "爱唱歌的鹿（城西校区）", "幼儿园对面", None],
    ]
    _fill(sheet, rows)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("D5:D7")


def _annual(sheet: Worksheet) -> None:
    """Two columns, no title, two results in one cell."""
    rows = [
        ["名称", "年检结果"],
        [name_of(210), "不合格"],
        [name_of(211), "不合格;吊销资格"],
        [name_of(212), "注销"],
    ]
    _fill(sheet, rows)


def register_rows() -> list[list[Cell]]:
    """A county's own table as clerks keep it; every row has a quirk of its own."""
    return [
        [1, "贺圈镇", name_of(1), credit_code_of(1), str(licence_of(1)), "2023.08.06至2026.08.05止",
         address_of(1), "赵晴", 13900000001, "2019.7.5", "无"],
        [2, None, name_of(2), f"{credit_code_of(2)} ", f"教民{licence_of(2)}号、教民{licence_of(902)}号",
         "有效期至2026年12月", address_of(2), "钱朗", "0912-4210002", "2019年7月5日", "/"],
        [3, None, name_of(3) + "  ", credit_code_of(3).translate(_WIDE), str(licence_of(3)),
         "二0二六年一月十五日", address_of(3), "孙悦", "１３９００００００３", "2019-7", ""],
        [4, "安边镇", name_of(4), "9.16E+17", licence_of(4), "长期", address_of(4), "李然",
         "1.39E+10", 43651, "暂无"],
        [5, None, name_of(5), 916108250000000012, str(licence_of(5)), "2024年3月1日至2027年2月28日",
         address_of(5), "周宁", "13900000005/13900000055", "7月5日", "—"],
        [6, "砖井镇", name_of(6), credit_code_of(6)[:-1] + "?", "无", "无", address_of(6), "吴岚",
         "139 0000 0006", "2019/7/5", None],
    ]  # fmt: skip


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NOTES: tuple[tuple[Cell, ...], ...] = (
    ("备注：1.本表一式两份。", *[None] * 10),
    ("说明：许可证有效期按证书填写", *[None] * 10),
    ("填表人：赵晴", None, None, None, "审核人：钱朗", None, None, None, "填表日期：2026年7月5日"),
)


def register_book() -> bytes:
    """A table with a line of its office, a header of two lines, towns merged downwards, notes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "台账"
    top: list[Sequence[Cell]] = [
        ["定边县校外培训机构台账（截至2026年6月30日）"],
        ["填报单位：某科", None, None, None, None, None, None, None, "填报日期：2026.7.5"],
        [
            "序号",
            "镇街",
            "机构名称",
            "统一社会信用代码",
            "办学许可证",
            None,
            "地址",
            "负责人",
            "联系电话",
            "成立日期",
            "备注",
        ],
        [None, None, None, None, "编号", "有效期"],
    ]
    _fill(sheet, [*top, *register_rows(), *_NOTES])
    for block in (
        "A1:K1",
        "E3:F3",
        "B5:B7",
        "B8:B9",
        *(f"{letter}3:{letter}4" for letter in "ABCDGHIJK"),
    ):
        sheet.merge_cells(block)
    return _bytes(book)


def plain_rows(count: int) -> list[list[str]]:
    """Headers and records without a quirk, as another system would export them."""
    headers = ["序号", "镇街", "机构名称", "统一社会信用代码", "许可证号", "有效期起", "有效期止",
               "地址", "负责人", "联系电话", "培训项目", "备注"]  # fmt: skip
    records = [
        [str(number), TOWNS[number % 5], name_of(number), credit_code_of(number), str(licence_of(number)),
         "2023-09-01", "2026-08-31", address_of(number), "赵晴", f"139{number:08d}",
         _SUBJECTS[number % len(_SUBJECTS)], ""]
        for number in range(1, count + 1)
    ]  # fmt: skip
    return [headers, *records]


def large_book(count: int = 10_000) -> bytes:
    """A list far larger than any county's: twelve columns, `count` records."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("机构")
    for row in plain_rows(count):
        sheet.append(row)
    return _bytes(book)


def text_table(encoding: str, count: int = 20, separator: str = ",") -> bytes:
    """The same as text: `utf-8`, `utf-8-sig`, `gbk`, `gb18030`, `utf-16`, `big5`."""
    lines = (separator.join(f'"{cell}"' for cell in row) for row in plain_rows(count))
    return "\r\n".join(lines).encode(encoding)


def old_book(count: int = 20) -> bytes:
    """The same as xls, with a merged title, numbers as numbers and a date as a date."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("机构")
    sheet.write_merge(0, 0, 0, 11, "定边县校外培训机构一览表")
    for at, row in enumerate(plain_rows(count), 1):
        for column, cell in enumerate(row):
            is_number = at > 1 and column in (0, 4)
            sheet.write(at, column, int(Decimal(cell)) if is_number else cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


VALIDITIES = {
    # what is written: (start, end, long term, what is missing)
    "书画培训（办学许可证有效期至2026年3月31日止）。": ("", "2026-03-31", False, ""),
    "棋艺(《办学许可证》教民:161082570009990号有效期限:2019.02.03至2027.02.02止)": (
        "2019-02-03", "2027-02-02", False, ""),
    "（办学许可证有效期至二0二三年十一月二十五日）。": ("", "2023-11-25", False, ""),
    "（办学许可证有效期至二〇二四年十月）": ("", "", False, "止期“2024年10月”缺日"),
    "有效期自2018年5月6日至2021年6日止": ("2018-05-06", "", False, "止期“2021年6日”缺月"),
    "有效期至2022年": ("", "", False, "止期“2022年”缺月、日"),
    "有效期2020年5月8日": ("", "", False, "只有一个日期“2020年5月8日”，看不出是起期还是止期"),
    "（有效期起2018年3月4日至长期）": ("2018-03-04", "", True, ""),
    "有效期：2019-03-05至2024-03-06）": ("2019-03-05", "2024-03-06", False, ""),
    "有效期限:2019年02月01日--2022年01月31日(年检有效)": ("2019-02-01", "2022-01-31", False, ""),
    "有效期至2021年8月9号": ("", "2021-08-09", False, ""),
    "有效期止2022年2月3日": ("", "2022-02-03", False, ""),
    "凭办学许可证有效期经营至2023年2月13日": ("", "2023-02-13", False, ""),
    "长期": ("", "", True, ""),
    "三年": ("", "", False, "只写了“3年”，缺起止日期"),
    "有效期2025年5月1日至2022年4月30日": ("", "", False, "止期“2022年4月30日”早于起期“2025年5月1日”"),
    "自2024年5月6日起": ("2024-05-06", "", False, "缺止期"),
    "无": ("", "", False, "没有写有效期"),
}  # fmt: skip
