"""What people hand in of a visit at a desk: photos and what they show, and who has signed or would not."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from inspections.forms.files import MOST_FILES, MOST_MEGABYTES, PICTURES, FilesField, FilesInput
from inspections.forms.visits import LateForm
from inspections.models import ChecklistItem, Finding, SignatureRole


class PhotosForm(LateForm):
    """Photos of one thing: an item of the own part, a problem before or after it was put right, or the visit."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    beside = forms.ChoiceField(label="照片拍的是", required=False)
    uploads = FilesField(
        label="照片",
        help_text=f"JPG、PNG 或 WebP，可一次选 {MOST_FILES} 张，每张不超过 20 MB，"
        f"合计不超过 {MOST_MEGABYTES} MB。提交未成功的，须重新选择。",
        widget=FilesInput({"accept": PICTURES}),
    )
    field_order = ("uuid", "beside", "uploads", "late_reason")

    def __init__(
        self,
        *args: Any,
        items: Iterable[ChecklistItem],
        findings: Iterable[Finding],
        beside: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"uuid": uuid4(), "beside": beside}, **kwargs)
        self.meanings: dict[str, dict[str, Any]] = {"": {}}
        problems, points = [], []
        for found in findings:
            for after, tail, when in ((False, "", "改正前"), (True, "-after", "改正后")):
                self.meanings[f"f{found.pk}{tail}"] = {"finding": found, "after": after}
                problems.append((f"f{found.pk}{tail}", f"{when}：{found}"))
        for item in items:
            self.meanings[f"i{item.pk}"] = {"item": item}
            points.append((f"i{item.pk}", str(item)))
        asked = self.fields["beside"]
        if isinstance(asked, forms.ChoiceField):
            groups = [
                (name, rows) for name, rows in (("问题", problems), ("检查项", points)) if rows
            ]
            asked.choices = [("", "检查现场"), *groups]

    @property
    def meaning(self) -> dict[str, Any]:
        """Beside which item or problem."""
        return self.meanings[self.cleaned_data["beside"]]


class WithdrawPhotoForm(forms.Form):
    """Why the photo was a mistake."""

    reason = forms.CharField(
        label="撤回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


_PICTURE, _PAPER, _REFUSED = "picture", "paper", "refused"


class SignForm(LateForm):
    """Who has signed, and how; or why not, and before whom."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    role = forms.ChoiceField(label="签名人", widget=forms.RadioSelect)
    name = forms.CharField(
        label="姓名",
        max_length=60,
        required=False,
        help_text="现场负责人、见证人签名的填写；拒签且不说明姓名的可不填。",
    )
    post = forms.CharField(label="职务", max_length=60, required=False)
    way = forms.ChoiceField(
        label="签名方式",
        choices=[
            (_PICTURE, "上传签名图片"),
            (_PAPER, "签在纸质表上"),
            (_REFUSED, "拒签"),
        ],
        widget=forms.RadioSelect,
    )
    picture = forms.FileField(
        label="签名图片",
        required=False,
        help_text="选“上传签名图片”的上传：签名页的照片或扫描件，JPG、PNG 或 WebP，不超过 20 MB。",
        widget=forms.FileInput({"accept": PICTURES}),
    )
    refused = forms.CharField(
        label="拒签理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="选“拒签”的填写。现场没有人的，也在这里写明。",
    )
    witness = forms.CharField(
        label="拒签见证人", max_length=60, required=False, help_text="选“拒签”的填写。"
    )
    field_order = (
        *("uuid", "role", "name", "post", "way", "picture", "refused", "witness"),
        "late_reason",
    )

    def __init__(self, *args: Any, officer: str, **kwargs: Any) -> None:
        known = {"uuid": uuid4(), "role": SignatureRole.SITE, "way": _PICTURE}
        super().__init__(*args, initial=known, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            labels = dict(SignatureRole.choices) | {SignatureRole.OFFICER: f"本人（{officer}）"}
            role.choices = list(labels.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        way, is_officer = cleaned.get("way"), cleaned.get("role") == SignatureRole.OFFICER
        if not is_officer and way != _REFUSED and not cleaned.get("name"):
            self.add_error("name", "请填写签名人的姓名。")
        if way == _REFUSED and cleaned.get("role") != SignatureRole.SITE:
            self.add_error("way", "只有现场负责人可以登记拒签。")
        for name, own, words in (
            ("picture", _PICTURE, "请选择签名图片。"),
            ("refused", _REFUSED, "请写明拒签理由。"),
            ("witness", _REFUSED, "请写明见证人。"),
        ):
            if way == own and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
            if way != own and cleaned.get(name):
                self.add_error(name, "与所选的签名方式不符，请清空或者改选签名方式。")
        return cleaned

    @property
    def signer(self) -> dict[str, Any]:
        """Who it is."""
        asked = self.cleaned_data
        said = {name: asked[name] for name in ("role", "name", "post")}
        return said | {"late_reason": asked.get("late_reason", "")}

    @property
    def manner(self) -> dict[str, Any]:
        """How it was done without a picture."""
        asked = self.cleaned_data
        said = {name: asked[name] for name in ("refused", "witness")}
        return said | {"on_paper": asked["way"] == _PAPER}
