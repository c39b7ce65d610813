"""The reasons that models gave, out of their replies: what the analysis of words takes. Computes no statistic."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from motivtui.stats.rationales import HIGHEST, Rationale
from motivtui.study.instrument import ItemKind

REASON = "reason"
"""The reply's own field beside the scores."""
COLUMNS = (
    "ordinal", "model", "judge", "family", "item", "item_kind", "scale_minimum", "scale_maximum", "value", "state",
    "reply", "reasoning", "is_escaped", "evidence_start", "evidence_end",
)  # fmt: skip
"""Of the flat table; the last four are what the store needs to give a reply as it came."""
_decoder = json.JSONDecoder()


def rationales_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[Rationale]:
    """One for each complete trial of one rating from 1 to 100 (a reason of several ratings is none of one).

    `rows` have COLUMNS down to the reply, those of a trial after each other. Replies of judges, which speak of
    answers, are left out.
    """
    for _, found in groupby(rows, key=lambda row: row["ordinal"]):
        trial = list(found)
        if len(trial) == 1 and _is_wanted(trial[0]):
            row = trial[0]
            yield Rationale(row["model"], row["family"], row["value"], reason_of(row["reply"]))


def reason_of(reply: str | None) -> str:
    """The reason in a reply's JSON object; "": it has none."""
    text = reply or ""
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = _decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            reason = found.get(REASON)
            return reason if isinstance(reason, str) else ""
        start = text.find("{", start + 1)
    return ""


def _is_wanted(row: Mapping[str, Any]) -> bool:
    is_rating = row["item_kind"] == ItemKind.SCALE and row["judge"] is None and row["state"] == "complete"
    return is_rating and (row["scale_minimum"], row["scale_maximum"]) == (1, HIGHEST) and row["reply"] is not None
