"""What a probe's replies come to: each condition's scores and their difference from no manipulation. Pure.

For the eyes: nothing here is a test, and it says so. Studies are analysed in `analysis`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.live_run import LiveTrial
from motivtui.tui.probe_cells import Choices
from motivtui.tui.words import counted

FEW_PAIRS = 10
"""With fewer, a difference is worth a look and no more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One item (None: the task itself was done) of one model under one condition.

    `replies`: those that are complete; `n`: those with a score, whose mean is `score`. `difference` is the mean over
    the `pairs` of repeats that have a score both here and without a manipulation. `tokens` and `latency_ms` are means
    over the replies. None: not known of any, or nothing to compare with.
    """

    instrument: str
    item: str | None
    model: str
    manipulation: str
    replies: int
    n: int
    score: float | None
    difference: float | None
    pairs: int
    tokens: float | None
    latency_ms: float | None


def compared(trials: Iterable[LiveTrial], choices: Choices) -> list[Compared]:
    """A line for each item, model and condition, in this order, so that conditions stand below each other."""
    known = list(trials)
    lines = []
    for instrument in _in_order(choices.instruments, [one.instrument for one in known]):
        asked = [one for one in known if one.instrument == instrument]
        items: list[str | None] = list(dict.fromkeys(score.item for one in asked for score in one.scores))
        for item in items or [None]:
            for model in _in_order(choices.models, [one.model for one in asked]):
                own = [one for one in asked if one.model == model]
                lines += _lines(instrument, item, model, own, choices)
    return lines


def _lines(
    instrument: str, item: str | None, model: str, trials: Sequence[LiveTrial], choices: Choices
) -> list[Compared]:
    """The conditions of one item and model, the control first."""
    names = _in_order(choices.manipulations, [one.manipulation for one in trials])
    names.sort(key=lambda name: name != CONTROL_ID)
    values = {name: _values([one for one in trials if one.manipulation == name], item) for name in names}
    control = values.get(CONTROL_ID, {})
    lines = []
    for name in names:
        own = [one for one in trials if one.manipulation == name and one.outcome == "complete"]
        scores = values[name]
        both = [key for key in scores if key in control] if name != CONTROL_ID else []
        lines.append(
            Compared(
                instrument=instrument,
                item=item,
                model=model,
                manipulation=name,
                replies=len(own),
                n=len(scores),
                score=_mean(scores.values()),
                difference=_mean(scores[key] - control[key] for key in both),
                pairs=len(both),
                tokens=_mean(one.output_tokens for one in own if one.output_tokens is not None),
                latency_ms=_mean(one.latency_ms for one in own if one.latency_ms is not None),
            )
        )
    return lines


def caution(lines: Sequence[Compared]) -> str:
    """What to think of the differences, in one sentence; empty: there is nothing to compare."""
    scored = [one for one in lines if one.item is not None]
    if not scored:
        return "No reply came: nothing to compare." if lines and not any(one.replies for one in lines) else ""
    if all(one.manipulation != CONTROL_ID for one in scored):
        return f"Without `{CONTROL_ID}` there is nothing to take a difference from."
    others = [one for one in scored if one.manipulation != CONTROL_ID]
    if not others:
        return "A second condition would show a difference."
    most = max(one.pairs for one in others)
    if most == 0:
        return "No difference: no pair of replies has both scores."
    if most == 1:
        return "One pair shows nothing: repeat it (+)."
    if most < FEW_PAIRS:
        return f"{counted(most, 'pair')} at most: a hint, no more. P makes a study of it."
    return f"{counted(most, 'pair')} at most, of one task: P makes a study of more."


def _values(trials: Sequence[LiveTrial], item: str | None) -> dict[int, float]:
    """The item's score of each repeat that has one."""
    return {
        trial.repeat: one.value
        for trial in trials
        for one in trial.scores
        if one.item == item and one.value is not None
    }


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def _in_order(wanted: Sequence[str], found: Iterable[str]) -> list[str]:
    """What was found, as wanted first, then as it came."""
    there = list(dict.fromkeys(found))
    return [one for one in wanted if one in there] + [one for one in there if one not in wanted]
