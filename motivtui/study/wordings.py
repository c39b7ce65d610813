"""Which wording of a manipulation a task meets in which repeat."""

from __future__ import annotations

import math

from motivtui.study.canonical import content_hash
from motivtui.study.design import Study, WordingRule
from motivtui.study.manipulation import Manipulation


def wordings_of(study: Study, place: int, manipulation: Manipulation, repeat: int) -> list[int]:
    """The wording numbers (from 1) that the task at `place` (from 0) meets in one repeat (from 1)."""
    count = manipulation.wording_count
    if study.wording_rule is WordingRule.ALL:
        return list(range(1, count + 1))
    if study.wording_rule is WordingRule.FIRST:
        return [1]
    offset = int(content_hash([study.seed, manipulation.id])[:8], 16)
    return [(offset + place + _shift(len(study.tasks), count, repeat - 1)) % count + 1]


def _shift(tasks: int, wordings: int, repeat: int) -> int:
    """By how many wordings the rotation has moved on when a repeat (from 0) begins.

    Each repeat goes on where the one before it ended, so that all wordings come equally often. That alone would bring a
    task back to its first wording before it has met the others whenever `tasks` and `wordings` have a divisor in
    common, so at that point the rotation moves on by one more.
    """
    return repeat * tasks + repeat * math.gcd(tasks, wordings) // wordings
