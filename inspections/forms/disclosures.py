"""What people say of the publication of a result: whether, why not, and why no longer."""

from typing import Any

from django import forms

from inspections.forms.campaigns import VersionForm

_PUBLISH, _WITHHOLD = "publish", "withhold"
_AGREE, _SEND_BACK = "agree", "send_back"


class ProposeForm(VersionForm):
    """Public or not, and why not."""

    what = forms.ChoiceField(
        label="这次检查的结果",
        choices=[(_PUBLISH, "公示"), (_WITHHOLD, "不公示")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="不公示理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="选“不公示”的填写，例如：涉及正在办理的案件。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        what, reason = cleaned.get("what"), cleaned.get("reason")
        if what == _WITHHOLD and not reason and "reason" not in self.errors:
            self.add_error("reason", "请写明不公示的理由。")
        if what == _PUBLISH and reason:
            self.add_error("reason", "选“公示”的不填理由，请清空或者改选“不公示”。")
        return cleaned

    @property
    def is_to_publish(self) -> bool:
        """Is it to be public?"""
        return bool(self.cleaned_data["what"] == _PUBLISH)


class DecideForm(VersionForm):
    """Agreed, or sent back with a reason."""

    what = forms.ChoiceField(label="审核意见", widget=forms.RadioSelect)
    words = forms.CharField(
        label="退回理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="选“退回”的填写。",
    )

    def __init__(self, *args: Any, proposal: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        if isinstance(what, forms.ChoiceField):
            what.choices = [(_AGREE, f"同意{proposal}"), (_SEND_BACK, "退回，重新拟定")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.sends_back and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "退回须写明理由。")
        return cleaned

    @property
    def sends_back(self) -> bool:
        """Is it sent back?"""
        return bool(self.cleaned_data.get("what") == _SEND_BACK)


class TakeDownForm(VersionForm):
    """Why the public is not to read it any longer."""

    reason = forms.CharField(
        label="撤下理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
