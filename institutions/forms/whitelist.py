"""What people type when a list is drawn up, sent back, given up, or one row of it is decided on."""

from typing import Any

from django import forms

from institutions.models import ListRuling, Ruling
from institutions.queries.whitelist import Proposal


class VersionForm(forms.Form):
    """An act on a draft as the page showed it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class IssueForm(forms.Form):
    """The head of an issue. Its rows come from the register as it is that moment, and so does its day."""

    publisher = forms.CharField(label="发布单位", max_length=100)
    remark = forms.CharField(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="印在名单抬头下方，可以不填。",
    )


class RedraftForm(IssueForm):
    """The head again, for a draft that is drawn up anew."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """An act on a draft for which a reason is owed."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RulingForm(forms.Form):
    """A person's word on one row of the proposal: only what is possible for it is offered."""

    reason = forms.CharField(
        label="理由",
        max_length=ListRuling._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清事实和依据，审核人、发布人都会看到；不对外公示。",
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = {
            Ruling.HOLD_BACK: not proposal.is_held_back,
            Ruling.KEEP: proposal.may_be_kept and not proposal.is_kept,
        }
        self.open_choices = [one for one in Ruling.choices if possible[Ruling(one[0])]]
        only = self.open_choices[0][0] if len(self.open_choices) == 1 else None
        self.fields["ruling"] = forms.ChoiceField(
            label="决定", choices=self.open_choices, widget=forms.RadioSelect, initial=only
        )
        self.order_fields(["ruling", "reason"])
