"""What the gallery shows: invented, and never read from the register."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from foundation.audit.changes import Change
from foundation.clock.queries import now
from foundation.web.pagination import QueryPage

LONG_NAME = "定边县白泥井镇春芽儿童美术书法与传统手工艺艺术培训中心有限公司"
TOWNS = [("1", "定边镇"), ("2", "白泥井镇"), ("3", "砖井镇")]
CATEGORIES = [("art", "文化艺术"), ("sport", "体育"), ("science", "科技")]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="机构名称", help_text="与办学许可证上的名称一致。", max_length=60)
    code = forms.CharField(label="统一社会信用代码", required=False, max_length=18)
    town = forms.ChoiceField(label="所在镇街", choices=[("", "请选择"), *TOWNS])
    valid_until = forms.DateField(
        label="有效期至",
        help_text="例如 2023年7月10日 或 2023-07-10。",
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )
    seats = forms.IntegerField(label="同时在场学员上限（人）", required=False)
    outcome = forms.ChoiceField(
        label="检查结果",
        choices=[("yes", "合格"), ("no", "不合格"), ("na", "不适用")],
        widget=forms.RadioSelect,
    )
    categories = forms.MultipleChoiceField(
        label="培训类别",
        help_text="可以选择多项。",
        choices=CATEGORIES,
        widget=forms.CheckboxSelectMultiple,
    )
    paper = forms.FileField(label="办学许可证扫描件", help_text="PDF 或图片，不超过 10 MB。")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="已与许可证原件核对")


@dataclass(frozen=True)
class SampleEvent:
    """A line of the trail as the timeline needs it."""

    words: str
    by_label: str
    hours_ago: int
    changed: list[Change] = field(default_factory=list)
    reason: str = ""
    document: str = ""

    @property
    def at(self) -> Any:
        return now() - timedelta(hours=self.hours_ago)


@dataclass(frozen=True)
class SamplePlace:
    """A place as a row of the public list and as the band of its own page need it."""

    name: str
    tone: str
    state: str
    categories: str
    town: str
    address: str
    note: str = ""
    words: str = ""
    document: str = ""
    since: date = date(2023, 7, 10)
    has_validity: bool = False
    url: str = "#public"

    @property
    def is_good(self) -> bool:
        return self.tone == "good"


@dataclass(frozen=True)
class SampleAttachment:
    """A stored paper."""

    name: str
    size: int

    @property
    def stored_at(self) -> Any:
        return now()


@dataclass(frozen=True)
class SampleSealed:
    """A sealed value, seen from outside."""

    masked: str


EVENTS = [
    SampleEvent(
        "将状态由“正常”改为“停业整顿”",
        "示例负责人（双减办）",
        2,
        reason="消防通道被占用，限期整改。",
        document="定双减办决〔2023〕5号",
    ),
    SampleEvent(
        "修改了机构档案",
        "示例业务员（双减办）",
        30,
        changed=[
            Change("办学地址", "定边镇示例路1号", "定边镇示例路1号二层"),
            Change("联系电话", "", "0912-0000000"),
        ],
    ),
    SampleEvent("登记了机构", "示例业务员（双减办）", 400),
]
PLACES = [
    SamplePlace(
        "定边县示例美术培训中心",
        "good",
        "正常",
        "文化艺术",
        "定边镇",
        "示例路1号二层",
        note="有效期未登记",
    ),
    SamplePlace(
        LONG_NAME,
        "warn",
        "停业整顿",
        "文化艺术、科技",
        "白泥井镇",
        "示例村示例街道东侧",
        words="自2023年7月8日起停业整顿：消防通道被占用。",
        document="定双减办决〔2023〕5号",
    ),
    SamplePlace("定边县示例体育培训中心", "bad", "已关停", "体育", "砖井镇", "示例路12号"),
    SamplePlace("定边县示例编程培训中心", "none", "待核验", "科技", "定边镇", "示例巷3号楼105室"),
]


def _page() -> QueryPage:
    return QueryPage(["一行"], 2, Paginator(["一行"] * 6, 2), "town=1")


def _refused_form() -> SampleForm:
    typed = {"name": LONG_NAME, "valid_until": "明年", "seats": "很多", "categories": ["art"]}
    form = SampleForm(typed, auto_id="refused_%s")
    form.is_valid()
    form.add_error(None, "统一社会信用代码与办学许可证号至少填写一项。")
    return form


def gallery(*, refused: bool) -> dict[str, Any]:
    """Everything that the gallery page needs; with the refused form where it is asked for."""
    form = SampleForm()
    return {
        "form": form,
        "groups": [
            ("机构", [form["name"], form["code"], form["town"]]),
            (
                "证照",
                [form[name] for name in ("valid_until", "seats", "outcome", "categories", "paper")],
            ),
            ("核对", [form["reason"], form["agreed"]]),
        ],
        "refused": _refused_form() if refused else None,
        "timeline": {"events": EVENTS, "older": 17, "is_first": True},
        "places": PLACES,
        "found": {"places": PLACES, "count": len(PLACES), "is_more": False},
        "issue": {"as_of": date(2023, 7, 10), "number": 3},
        "rules": {"months": 3, "lessons": 60, "yuan": 5000},
        "contacts": [
            {"name": "示例局", "phone": "0912-0000000", "checked_on": date(2023, 7, 10)},
            {"name": "示例县双减办", "email": "office@example.org"},
        ],
        "page": _page(),
        "changes": EVENTS[1].changed,
        "steps": ["上传文件", "核对列名", "预览", "导入", "结果"],
        "sealed": SampleSealed("****1234"),
        "attachment": SampleAttachment("办学许可证（正本）.pdf", 482_133),
        "long_name": LONG_NAME,
        "moment": now(),
    }
