"""Asking, before something is saved, about what it could be taken for."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from institutions.forms.seen import SeenForm
from institutions.queries.look_alikes import LookAlike


class AskingForm(SeenForm):
    """A form that shows look-alikes first. The tick answers for those that stood beside it, and no others."""

    question: ClassVar[str] = "请先核对上面列出的；确实不是同一处，勾选后再保存。"
    is_other = forms.BooleanField(
        label="已核对，与上面列出的不是同一处", required=False, widget=forms.HiddenInput
    )
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    look_alikes: Sequence[LookAlike] = ()

    def find_look_alikes(self, cleaned: Mapping[str, Any]) -> list[LookAlike]:
        """What could be meant by what was typed; nothing where nothing relevant was changed."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answered = cleaned.pop("asked", "").split() if cleaned.pop("is_other", False) else []
        self.look_alikes = self.find_look_alikes(cleaned)
        found = [f"{one.row._meta.model_name}:{one.row.pk}" for one in self.look_alikes]
        if found:
            self.fields["is_other"].widget = forms.CheckboxInput()
            self._put("asked", [" ".join(found)])
            if not set(found) <= set(answered):
                self._put("is_other", [])
                self.add_error("is_other", self.question)
        return cleaned
