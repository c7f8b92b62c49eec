"""Running the act of a form: whatever keeps it from happening is said on that same form."""

from collections.abc import Callable

from django import forms
from django.db import OperationalError

from foundation.workflow import NotPossibleError

# lock_not_available and deadlock_detected: the database is well, somebody else was in the way.
_IN_THE_WAY = frozenset({"55P03", "40P01"})
_BUSY = "其他人正在办理同一事项，这次没有保存。您填写的内容都在，请稍等几秒再提交。"


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run the act of a valid form; why it is not possible is said at the top of the same form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except NotPossibleError as reason:
        form.add_error(None, str(reason))
        return False
    except OperationalError as failure:
        if getattr(failure.__cause__, "pgcode", None) not in _IN_THE_WAY:
            raise
        form.add_error(None, _BUSY)
        return False
    return True
