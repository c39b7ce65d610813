"""What holds a whole run back before it does harm: the budget, the room on the disk."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from motivtui.runner.budget import Budget
from motivtui.runner.conditions import Conditions
from motivtui.runner.disk_floor import DiskFloor
from motivtui.runner.events import Cause, Event, Held, RunHalted
from motivtui.runner.safekeeping import Safekeeping

LOOK_AGAIN_S = 0.5
"""How often to see whether there is room again."""

_FULL = "the disk is full, and was for too long"


class Brakes:
    """The brakes of one run. `halted`: the run has stopped itself for good; `is_holding`: only for now."""

    def __init__(
        self,
        conditions: Conditions,
        spent_usd: float,
        database: Path,
        tell: Callable[[Event], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`spent_usd`: what earlier sessions of the run have cost. `changed` is called when a brake is let go."""
        self._conditions = conditions
        self._tell = tell
        self._changed = changed
        self._held, self._held_since = "", 0.0
        self._disk = DiskFloor(database, conditions.disk_floor_bytes, LOOK_AGAIN_S / 2)
        self.budget = Budget(conditions.max_cost_usd, spent_usd)
        self.safekeeping = Safekeeping(changed, conditions.disk_patience_s)
        self.halted: RunHalted | None = None

    @property
    def is_holding(self) -> bool:
        """Whether no call may begin for now."""
        return bool(self._held)

    async def allow_calls(self) -> bool:
        """Whether calls may begin: not halted, and room for what they bring. Tells of each change."""
        if self.halted:
            return False
        if self.safekeeping.has_given_up:
            await self.halt(Cause.DISK, _FULL)
            return False
        await self._hold(self._lack_of_room())
        if self.halted:
            return False
        return not self._held or self.safekeeping.may_try

    async def reserve(self, worst_usd: float, *, is_idle: bool) -> bool:
        """Put aside what the next call can cost at most. False: not now, or never: then the run is halted.

        `is_idle`: nothing is under way whose end could set money free.
        """
        if self.budget.reserve(worst_usd):
            return True
        if is_idle or not self.budget.can_ever_afford(worst_usd):
            spent, most = self.budget.spent_usd, self._conditions.max_cost_usd or 0.0
            words = f"${spent:,.4f} of ${most:,.4f} are spent, and the next call could cost ${worst_usd:,.4f}"
            await self.halt(Cause.BUDGET, words)
        return False

    async def _hold(self, message: str) -> None:
        """Begin no call for now (an empty message: go on), and for good when that takes too long."""
        now = time.monotonic()
        if bool(message) != bool(self._held):
            self._held, self._held_since = message, now
            await self._tell(Held(message))
        elif message and now - self._held_since > self._conditions.disk_patience_s:
            await self.halt(Cause.DISK, message)

    async def halt(self, cause: Cause, message: str) -> None:
        """Begin no call any more."""
        if self.halted is None:
            self.halted = RunHalted(cause, message)
            await self._tell(self.halted)
            self._changed()

    async def lost(self, what: str) -> None:
        """Something could not be kept, however long room was waited for."""
        await self.halt(Cause.DISK, f"{_FULL}; {what} could not be kept")

    def _lack_of_room(self) -> str:
        if self.safekeeping.is_full:
            return "the disk is full; replies are held until there is room"
        if not self._disk.has_room():
            return f"less than {self._conditions.disk_floor_bytes / 2**20:,.0f} MB are free on the database's disk"
        return ""
