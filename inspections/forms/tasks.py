"""What people type about a task: what is owed, who sees to it, what came of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from foundation.accounts.models import Department, User
from inspections.forms.campaigns import VersionForm
from inspections.forms.files import MOST_MEGABYTES, FilesField, FilesInput
from inspections.models import Campaign, CampaignTask
from inspections.queries.campaigns import open_tasks, overdue_tasks, possible_persons
from inspections.workflow import TaskState
from institutions.forms.seen import day_field


class TaskForm(forms.Form):
    """What a member owes, and until when."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label="承担部门", empty_label="请选择成员单位"
    )
    title = forms.CharField(label="任务", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    due_on = day_field("完成期限")

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        if isinstance(department, forms.ModelChoiceField):
            members = campaign.members.values("department")
            department.queryset = Department.objects.filter(pk__in=members)


class AmendTaskForm(TaskForm, VersionForm):
    """The same for a task that is there."""


class RemoveTaskForm(VersionForm):
    """Why a task is taken back."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AssignForm(VersionForm):
    """Which person of the department sees to the task."""

    person = forms.ModelChoiceField(
        User.objects.none(), label="责任人", empty_label="请选择本部门人员"
    )

    def __init__(self, *args: Any, task: CampaignTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = possible_persons(task.department)


class ReportForm(VersionForm):
    """What came of the task, and what proves it."""

    outcome = forms.CharField(
        label="落实情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )
    uploads = FilesField(
        label="佐证材料",
        required=False,
        help_text="可一次选多个：图片、PDF、Word、Excel，每个不超过 20 MB，"
        f"合计不超过 {MOST_MEGABYTES} MB。没有材料的可不传。"
        "退回修改时须重新选择文件。",
        widget=FilesInput(),
    )


class SendBackForm(VersionForm):
    """Why the office is not content."""

    reason = forms.CharField(
        label="退回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class TaskFilter(forms.Form):
    """The filter above the list of tasks; its answers stand in the address."""

    show = forms.ChoiceField(
        label="任务",
        required=False,
        choices=[
            ("", "待上报"),
            ("mine", "由我负责的待上报"),
            ("overdue", "逾期未上报"),
            ("reported", "已上报"),
            ("all", "全部"),
        ],
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="承担部门",
        required=False,
        empty_label="全部",
        to_field_name="code",
    )

    def __init__(self, *args: Any, tasks: "QuerySet[CampaignTask]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        if isinstance(department, forms.ModelChoiceField):
            owing = tasks.order_by().values("department")
            department.queryset = Department.objects.filter(pk__in=owing)

    def narrow(self, rows: "QuerySet[CampaignTask]", user: User, on: Any) -> Any:
        """The rows that answer to the filter; an answer that makes no sense is what is owed."""
        self.is_valid()
        department = self.cleaned_data.get("department")
        if department:
            rows = rows.filter(department=department)
        match self.cleaned_data.get("show", ""):
            case "all":
                return rows
            case "reported":
                return rows.filter(state=TaskState.REPORTED)
            case "overdue":
                return overdue_tasks(rows, on)
            case "mine":
                return open_tasks(rows).filter(person=user)
        return open_tasks(rows)
