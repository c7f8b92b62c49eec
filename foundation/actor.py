"""Who acts: an officer, or the clock. Every act takes one, every line of the trail names one."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    OFFICER = "officer"
    CLOCK = "clock"
    CONSOLE = "console"


@dataclass(frozen=True)
class Actor:
    """One who acts. `user_id` is set for officers only; `label` is how the trail shows the actor."""

    kind: ActorKind
    label: str
    user_id: int | None = None
    address: str = ""

    @property
    def key(self) -> str:
        """What the trail stores: who, beyond a change of name."""
        return f"{self.kind}:{self.user_id}" if self.user_id else str(self.kind)


CLOCK = Actor(ActorKind.CLOCK, "系统时钟")
CONSOLE = Actor(ActorKind.CONSOLE, "服务器管理员（命令行）")
