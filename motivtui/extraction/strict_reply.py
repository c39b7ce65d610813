"""Replies that count only in exactly the wanted form: a judge reads what another model wrote, which may try to speak.

One JSON object with every item once, whole numbers within their scales, and nothing else around it but a think-block
or a code fence. Must not look for numbers anywhere else.
"""

from __future__ import annotations

import re

from motivtui.extraction.json_reply import object_readings, read_object
from motivtui.extraction.masking import PromptEcho, without_think_blocks
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.score import Score, ScoreStatus

_FENCE = re.compile(r"```(?:json)?[ \t]*\r?\n\s*", re.IGNORECASE)
_END = re.compile(r"\s*\Z")
_END_OF_FENCE = re.compile(r"\s*```\s*\Z")
OUTSIDE = "not in exactly the wanted form"


def strict_scores(text: str, words: Vocabulary, echo: PromptEcho) -> tuple[Score, ...] | None:
    """The scores of a reply in exactly the wanted form; None: it is not."""
    visible = without_think_blocks(text)
    start = len(visible) - len(visible.lstrip())
    fence = _FENCE.match(visible, start)
    start = fence.end() if fence else start
    if not visible.startswith("{", start):
        return None
    whole = read_object(visible, start)
    end = _END_OF_FENCE if fence else _END
    if whole is None or whole.members is None or not end.match(visible, whole.end):
        return None
    keys = [member.key for member in whole.members]
    named = [key for key in keys if words.is_key(key)]
    if len(keys) != len(set(keys)) or len(named) != len(words.items) or set(keys) - set(named) - {"reason"}:
        return None
    readings = object_readings(visible, whole.members, words)
    if len(readings) < len(words.items) or any(one.status is not ScoreStatus.OK for one in readings.values()):
        return None
    if echo.holds(visible[start : whole.end]):
        return None
    return tuple(readings[place].as_score(item) for place, item in enumerate(words.items))
