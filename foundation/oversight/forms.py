"""How the trail may be narrowed."""

from django import forms

_HIGHEST = 9_223_372_036_854_775_807


class TrailForm(forms.Form):
    """A day, typed; actor, act and place in the list come from the links of the list."""

    day = forms.DateField(
        label="日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    by = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    act = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(
        min_value=1, max_value=_HIGHEST, required=False, widget=forms.HiddenInput
    )
