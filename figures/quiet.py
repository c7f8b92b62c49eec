"""How busy others kept the machine while something was measured, as the Linux kernel counts."""

import os
import resource
import time
from pathlib import Path

from django.db import connection

# More than this share of all processors in other hands, and a time says little of what was measured.
QUIET = 0.10
_TICK = os.sysconf("SC_CLK_TCK")
# In /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
_IDLE, _COLUMNS = (3, 4), 8


class Watch:
    """From its making on: seconds, own processor seconds, and the share that others took."""

    def __init__(self) -> None:
        self.database = _database()
        self.before = time.perf_counter(), self._own(), _busy()

    def told(self) -> tuple[float, float, float]:
        """What has passed since."""
        began, own, busy = self.before
        seconds = time.perf_counter() - began
        cpu = self._own() - own
        all_of_it = seconds * (os.cpu_count() or 1)
        return seconds, cpu, max(0.0, _busy() - busy - cpu) / all_of_it

    def _own(self) -> float:
        """This process, its children that have ended, and the database process that serves it."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used) + _spent(self.database)


def _database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _spent(pid: int) -> float:
    """Nothing where the database is on another machine: its work is nobody's here."""
    try:
        name, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except OSError:
        return 0.0
    if "postgres" not in name:
        return 0.0
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / _TICK


def _busy() -> float:
    """Seconds of all processors together that were not idle."""
    first = Path("/proc/stat").read_text().splitlines()[0].split()[1 : _COLUMNS + 1]
    return sum(int(one) for at, one in enumerate(first) if at not in _IDLE) / _TICK
