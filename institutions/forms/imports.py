"""What a person says about a spreadsheet: which file, which kind, which column is what, which row is whose."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from foundation.tabular import limits
from foundation.tabular.layout import Table
from institutions.forms.seen import day_field
from institutions.importing.fields import fields_of
from institutions.importing.guessing import column_names, missing_fields
from institutions.importing.preview import NEW, SKIP
from institutions.importing.sheets import sample_of
from institutions.models import ImportKind, ImportRun

_MB = limits.FILE_BYTES // 1_000_000


class UploadForm(forms.Form):
    """The file."""

    upload = forms.FileField(
        label="表格文件",
        help_text=f".xlsx、.xls 或 .csv，不超过 {_MB} MB、{limits.ROWS:,} 行。不用先整理：标题、合并单元格、备注都能读。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": "请选择要导入的表格文件。",
            "empty": "文件是空的，请确认上传的是已保存好的表格。",
        },
    )

    def clean_upload(self) -> Any:
        """Its size is looked at before anything of it is read."""
        upload = self.cleaned_data["upload"]
        if upload.size > limits.FILE_BYTES:
            raise forms.ValidationError(f"文件超过 {_MB} MB，请拆分后上传。")
        return upload


class KindForm(forms.Form):
    """What the sheet is."""

    kind = forms.ChoiceField(label="这张表是", choices=ImportKind.choices)


class ColumnsForm(forms.Form):
    """Which column means what; a column without a field is not imported."""

    title = forms.CharField(
        label="表题", max_length=200, required=False, help_text="作为数据来源写入机构档案。"
    )
    as_of = day_field("数据日期", required=False)
    year = forms.IntegerField(label="年检年度", min_value=2000, max_value=2100, required=False)

    def __init__(self, *args: Any, run: ImportRun, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(title=run.title, as_of=run.as_of, year=run.year)
        self.run = run
        choices = [("", "不导入"), *((f.name, f.label) for f in fields_of(run.kind).values())]
        self.names = column_names(table)
        samples = sample_of(table)
        self.columns: list[tuple[forms.BoundField, str, list[str]]] = []
        for index, header in enumerate(self.names):
            name = f"column-{index}"
            self.fields[name] = forms.ChoiceField(label=header, choices=choices, required=False)
            self.initial[name] = run.columns.get(str(index), "")
            shown = [row.cells[index] for row in samples if index < len(row.cells)]
            self.columns.append((self[name], header, [cell for cell in shown if cell][:3]))
        self._keep_what_is_asked()

    def _keep_what_is_asked(self) -> None:
        if self.run.kind != ImportKind.ANNUAL:
            del self.fields["year"]
        else:
            self.fields["year"].help_text = "表中没有“年检年度”一列时必填。"
        as_of = self.fields["as_of"]
        as_of.required = self.run.kind == ImportKind.PLATFORM
        as_of.help_text = (
            "平台导出的日期。" if as_of.required else "表中数据截至哪一天；不知道可不填。"
        )

    @property
    def about(self) -> list[forms.BoundField]:
        """The fields that are no columns."""
        return [self[name] for name in ("title", "as_of", "year") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Every field once, and what tells the rows apart is among them."""
        chosen: dict[str, str] = {}
        labels = fields_of(self.run.kind)
        for index, header in enumerate(self.names):
            field = self.cleaned_data.get(f"column-{index}", "")
            if field and field in chosen:
                words = f"“{chosen[field]}”和“{header}”都选了“{labels[field].label}”，只能选一列。"
                self.add_error(f"column-{index}", words)
            elif field:
                chosen[field] = header
        if not self.errors and (missing := missing_fields(self.run.kind, chosen)):
            self.add_error(None, missing)
        is_dated = "year" in chosen or bool(self.cleaned_data.get("year"))
        if not self.errors and self.run.kind == ImportKind.ANNUAL and not is_dated:
            self.add_error("year", "表中没有年度列，请填写这是哪一年的年检。")
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """What the act takes."""
        columns = {
            str(index): self.cleaned_data[f"column-{index}"] for index in range(len(self.names))
        }
        as_of: date | None = self.cleaned_data["as_of"]
        year: int | None = self.cleaned_data.get("year")
        return {
            "columns": columns,
            "title": self.cleaned_data["title"],
            "as_of": as_of,
            "year": year,
        }


class AnswerAllForm(forms.Form):
    """One answer to all doubtful rows that have none."""

    given = forms.ChoiceField(
        label="尚未处理的存疑行，全部",
        choices=[(SKIP, "跳过，不导入"), (NEW, "作为新的登记")],
        widget=forms.RadioSelect,
    )


class AdoptForm(forms.Form):
    """The published list as evidence."""

    title = forms.CharField(label="名单标题", max_length=120)
    number = forms.CharField(
        label="文号或期号", max_length=60, required=False, help_text="没有可不填。"
    )
    published_on = day_field("公示日期", has_come=True)


def answers_in(data: Mapping[str, str]) -> dict[str, str]:
    """The answers of a preview page: `row-12` → what was chosen for row 12."""
    return _of_rows(data, "row-")


def seen_in(data: Mapping[str, str]) -> dict[str, str]:
    """What the page had shown as the answers: `seen-12` → what row 12 had."""
    return _of_rows(data, "seen-")


def _of_rows(data: Mapping[str, str], sign: str) -> dict[str, str]:
    return {
        name.removeprefix(sign): str(given)
        for name, given in data.items()
        if name.startswith(sign) and name.removeprefix(sign).isdecimal()
    }
