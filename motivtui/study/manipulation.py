"""Manipulations: what a model is told before the prompt, in several wordings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CONTROL_ID = "none"


class Group(StrEnum):
    """What kind of motive a manipulation appeals to; the groups are contrasted in the statistics."""

    CONTROL = "control"
    PLACEBO = "placebo"
    POSITIVE_EXTRINSIC = "positive-extrinsic"
    POSITIVE_INTRINSIC = "positive-intrinsic"
    NEGATIVE_EXTRINSIC = "negative-extrinsic"
    DEMOTIVATION = "demotivation"


class Placement(StrEnum):
    """Where the wording stands: before the prompt in the same message, or in the system message."""

    PREFIX = "prefix"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Manipulation:
    """One manipulation. `wordings` are paraphrases of one message; only the control has none.

    `choice_note` is the text attached to one of two tasks in a choice (None: not usable in a choice).
    """

    id: str
    title: str
    group: Group
    wordings: tuple[str, ...] = ()
    placement: Placement = Placement.PREFIX
    choice_note: str | None = None

    @property
    def is_control(self) -> bool:
        """True for `none`: nothing is said."""
        return not self.wordings

    def wording(self, number: int) -> str:
        """The text of wording `number` (1-based; the control's only wording, 1, is empty)."""
        return self.wordings[number - 1] if self.wordings else ""

    @property
    def wording_count(self) -> int:
        """How many wordings there are to use; the control counts as one."""
        return max(1, len(self.wordings))
