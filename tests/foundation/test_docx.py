"""A paper as Word: the words of its PDF, in the fonts and on the page of GB/T 9704, and nothing else inside."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table
from pypdf import PdfReader

from foundation.attachments import kinds
from foundation.documents import paper as words
from foundation.documents.docx import write_paper
from foundation.documents.paper import Chapter, Paper, Picture
from foundation.documents.pdf import print_paper
from tests import photos

FORM = Paper(
    subject="测试教体局",
    title="行政检查通知书",
    number="测教检通〔2023〕1号",
    mark="检查编码 A1",
    at=datetime(2023, 7, 5, 16, 30, 0, 5, tzinfo=UTC),
    facts=[
        ("检查事项", "办学场所；收费"),
        ("检查人员", "甲局：张三\n乙局：李四"),
        ("意见", "　\n签字："),
    ],
    to="青禾艺术学校：",
    opening="根据《测试管理办法》，决定检查。",
    chapters=[
        Chapter("一、你单位的权利", ["1. 申请回避；", "2. 陈述、申辩。"]),
        Chapter(
            "二、检查情况",
            table=words.Table(["序号", "问题"], [1, 3], [["1", "通道堵塞"]]),
            below=[Chapter("（一）测试消防大队", ["合格2项。"])],
        ),
        Chapter("附：照片", pictures=[Picture(1, "1.jpg", "安全出口", 40, 30)], is_appendix=True),
    ],
    files={"1.jpg": photos.picture()},
    foot="签名：＿＿＿＿",
    closing="监督电话：0912-1234567",
    signed=["测试教体局（印章）", "　　年　　月　　日"],
    receipt="签收人：",
)
APPROVAL = Paper(
    subject="测试教体局",
    title="行政检查审批表",
    number="测教检批〔2023〕1号",
    mark="检查编码 A1",
    at=FORM.at,
    facts=FORM.facts,
)


def opened(paper: Paper) -> Document:
    return docx.Document(io.BytesIO(write_paper(paper)))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def words_of_word(data: bytes) -> str:
    """All that stands in the file, from top to bottom, without its spaces."""
    found = []
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            found += [cell.text for row in block.rows for cell in row.cells]
        else:
            found.append(block.text)
    return bare("".join(found))


def words_of_pdf(data: bytes, number: str, foot: str = "") -> str:
    """The same of a PDF, without the foot of each page."""
    pages = PdfReader(io.BytesIO(data)).pages
    words = bare("".join(page.extract_text() for page in pages))
    return re.sub(rf"{bare(foot)}{number}第\d+页，共\d+页", "", words)


@pytest.mark.parametrize("paper", [FORM, APPROVAL], ids=["notice", "approval"])
def test_word_and_pdf_say_the_same(paper: Paper) -> None:
    words = words_of_word(write_paper(paper))

    assert paper.facts[0][1] in words
    assert words == words_of_pdf(print_paper(paper), paper.number, paper.foot)


def test_facts_are_a_table_that_can_be_edited() -> None:
    facts, problems, _ = opened(FORM).tables

    assert [tuple(cell.text for cell in row.cells) for row in facts.rows] == FORM.facts
    assert [cell.text for cell in problems.rows[1].cells] == ["1", "通道堵塞"]


def test_only_a_long_fact_goes_on_over_the_page() -> None:
    paper = replace(FORM, facts=[("检查事项", "收费"), ("检查依据", "《办法》、" * 80)])

    kept = [row._tr.trPr.xpath("w:cantSplit") for row in opened(paper).tables[0].rows]

    assert [bool(one) for one in kept] == [True, False]


def test_headings_of_both_levels_and_a_place_to_sign_on_every_page() -> None:
    document = opened(FORM)
    headings = [
        (one.style.name, one.text)
        for one in document.paragraphs
        if one.style is not None and one.style.name.startswith("Heading")
    ]

    assert headings == [
        ("Heading 1", "一、你单位的权利"),
        ("Heading 1", "二、检查情况"),
        ("Heading 2", "（一）测试消防大队"),
        ("Heading 1", "附：照片"),
    ]
    foot = [one.text for one in document.sections[0].footer.paragraphs]
    assert foot[0] == "签名：＿＿＿＿"
    for page in PdfReader(io.BytesIO(print_paper(FORM))).pages:
        assert "签名：＿＿＿＿" in page.extract_text()


def test_pictures_are_in_both() -> None:
    word = opened(FORM)
    [shape] = word.inline_shapes
    pages = PdfReader(io.BytesIO(print_paper(FORM))).pages

    assert (shape.width, shape.height) == (Mm(40), Mm(30))
    assert [len(page.images) for page in pages] == [0, 1]


def test_words_are_taken_as_typed() -> None:
    paper = replace(FORM, to="<b>&{{ 7 }}</w:t>'\"：", closing="一\x0b二\x00三\ufffe")

    said = [one.text for one in opened(paper).paragraphs]

    assert paper.to in said
    assert "一二三" in said


def test_the_page_is_that_of_the_standard() -> None:
    [section] = opened(FORM).sections
    paper = (section.page_width, section.page_height)
    margins = (
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    grid = section._sectPr.find(qn("w:docGrid"))

    assert [round((one or 0) / Mm(1)) for one in margins] == [37, 35, 28, 26]
    assert [round((one or 0) / Mm(1)) for one in paper] == [210, 297]
    assert grid is not None
    pitch = int(grid.get(qn("w:linePitch"), 0)) / 20
    assert 225 / 25.4 * 72 // pitch == 22


@pytest.mark.parametrize(
    ("style", "face", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Normal", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("表格文字", "仿宋_GB2312", 12),
        ("表格栏目", "黑体", 12),
    ],
)
def test_the_fonts_of_the_standard_are_named(style: str, face: str, size: int) -> None:
    document = opened(FORM)
    root = document.styles.element
    levels = [root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")]
    one = document.styles[style]
    chain = []
    while one is not None:
        chain.append(one.element)
        one = getattr(one, "base_style", None)
    levels += reversed(chain)

    fonts: dict[str, str] = {}
    sizes: list[int] = []
    for level in levels:
        fonts |= dict(getattr(level.find(f"{qn('w:rPr')}/{qn('w:rFonts')}"), "attrib", {}))
        given = level.find(f"{qn('w:rPr')}/{qn('w:sz')}")
        sizes += [] if given is None else [int(given.get(qn("w:val")))]

    assert set(fonts.values()) == {face}
    assert qn("w:eastAsia") in fonts
    assert sizes[-1] / 2 == size


def test_every_style_in_use_is_in_the_file() -> None:
    document = opened(FORM)
    known = {one.style_id for one in document.styles}
    used = {one.get(qn("w:val")) for one in document.element.iter(qn("w:pStyle"))}
    used |= {one.get(qn("w:val")) for one in document.element.iter(qn("w:tblStyle"))}

    assert used - known == set()


def test_there_is_nothing_else_inside() -> None:
    """No person, no picture but its own, no font, no address of another machine, no moment of making."""
    data = write_paper(APPROVAL)
    with ZipFile(io.BytesIO(data)) as parts:
        assert {one.date_time[:3] for one in parts.infolist()} == {(1980, 1, 1)}
        assert parts.testzip() is None
        assert [one for one in parts.namelist() if not one.endswith((".xml", ".rels"))] == []
        for name in parts.namelist():
            root = ElementTree.fromstring(parts.read(name))  # noqa: S314 -- our own file
            assert not any(one.get("TargetMode") for one in root.iter()), name
        core = ElementTree.fromstring(parts.read("docProps/core.xml"))  # noqa: S314 -- our own file

    assert [one.text for one in core] == [APPROVAL.title, *["2023-07-05T16:30:00Z"] * 2]
    assert data == write_paper(APPROVAL)


def test_our_own_door_takes_it_as_word_without_macros() -> None:
    assert kinds.format_of(write_paper(FORM)) == kinds.DOCX
