"""An import under lock, while it still is where a step may be taken."""

from foundation.workflow import NotPossibleError
from institutions.models import ImportRun


def held_in(run: ImportRun, *states: str) -> ImportRun:
    """The import's row under lock, in one of these states."""
    held = ImportRun.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
    if held.state not in states:
        raise NotPossibleError(f"这次导入{held.get_state_display()}，不能进行这一步。")
    return held
