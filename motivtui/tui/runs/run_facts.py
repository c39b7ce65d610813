"""The facts of a run on two lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.content import Content

from motivtui.store.session_queries import Session
from motivtui.tui.runs.run_lines import RunLine, cost_words, moment, short_model
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.words import count, counted

_LOOKS = {"good": "$success", "bad": "$error", "warn": "$warning", "accent": "$accent"}


def facts_of(line: RunLine, record: Mapping[str, Any], sessions: Sequence[Session], width: int) -> Content:
    """Two lines of at most `width` cells: how it stands; what it was made with."""
    state = [f"{count(line.complete)}/{count(line.trials)} complete"]
    if line.failed:
        state.append(f"{count(line.failed)} failed")
    if line.open:
        state.append(f"{count(line.open)} open")
    state.append(cost_words(line.cost_usd, line.unpriced))
    if line.tags:
        state.append(", ".join(line.tags))
    if line.is_archived:
        state.append("archived")
    letter = Content.assemble((f"{line.letter} {line.word}", f"bold {_LOOKS[line.look]}"))
    name = content_line(line.name, max(12, width - letter.cell_length - 4 - sum(len(part) + 3 for part in state)))
    head = Content.assemble(name.stylize("bold"), "  ", letter, " · ", content_line(" · ".join(state), width))
    made = [
        f"{line.kind} {line.run}",
        f"{moment(line.when)} UTC",
        f"seed {record['seed']}",
        ", ".join(short_model(model) for model in line.models),
        _session_words(sessions),
        ", ".join(f"{name} {version}" for name, version in record["versions"].items()),
    ]
    below = content_line(" · ".join(part for part in made if part), width)
    return Content("\n").join([head.truncate(width, ellipsis=True), below.stylize("$foreground-muted")])


def _session_words(sessions: Sequence[Session]) -> str:
    if not sessions:
        return "never started"
    last = sessions[-1].reason or "no end on record"
    return f"{counted(len(sessions), 'session')} ({last})"
