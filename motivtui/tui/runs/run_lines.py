"""Runs as lines of a table. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motivtui.tui.live_run import LiveRun
from motivtui.tui.widgets.window_table import Cell, Column, Row, Styled
from motivtui.tui.words import MISSING, count, dollars

COLUMNS = (
    Column("state", "", 1),
    Column("name", "Name", 14, flex=4),
    Column("kind", "Kind", 5, at=100),
    Column("when", "When (UTC)", 16),
    Column("models", "Models", 10, flex=2),
    Column("complete", "Complete", 15, right=True),
    Column("failed", "Failed", 6, right=True),
    Column("cost", "Cost", 10, right=True, at=88),
    Column("tags", "Tags", 10, flex=1, at=110),
    Column("run", "Id", 8, at=124),
)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run at a glance. `word` says the state that `letter` stands for; costs in dollars, None: nobody knows."""

    run: str
    name: str
    kind: str
    when: str
    models: tuple[str, ...]
    tags: tuple[str, ...]
    trials: int
    complete: int
    failed: int
    cost_usd: float | None
    unpriced: int
    letter: str
    look: str
    word: str
    is_archived: bool

    @property
    def open(self) -> int:
        """Trials without a final result; some of them may be skipped."""
        return max(0, self.trials - self.complete - self.failed)


def run_line(summary: Mapping[str, Any], live: LiveRun | None) -> RunLine:
    """The line of a run of `run_summaries`; while this console sees it going on, with what it heard last."""
    complete, failed, trials = summary["complete"], summary["failed"], summary["trials"]
    cost, unpriced = summary["known_cost_usd"], summary["unpriced_responses"]
    going_on = live is not None and not live.is_over
    if live is not None and live.progress is not None and going_on:
        told = live.progress
        complete, failed, trials, cost, unpriced = told.complete, told.failed, told.total, told.cost_usd, told.unpriced
    letter, look, word = _state(trials, complete, failed, live if going_on else None)
    return RunLine(
        run=summary["run"],
        name=summary["name"],
        kind=summary["kind"],
        when=moment(summary["created_at"]),
        models=tuple((summary["models"] or "").split(",")) if summary["models"] else (),
        tags=tuple(summary["tags"]),
        trials=trials,
        complete=complete,
        failed=failed,
        cost_usd=cost,
        unpriced=unpriced,
        letter=letter,
        look=look,
        word=word,
        is_archived=summary["archived_at"] is not None,
    )


def run_row(line: RunLine) -> Row:
    """The same for a table with COLUMNS."""
    name: Cell = Styled(line.name, "dim") if line.is_archived else line.name
    cells: Sequence[Cell] = (
        Styled(line.letter, line.look),
        name,
        line.kind,
        line.when,
        ", ".join(short_model(model) for model in line.models),
        f"{count(line.complete)}/{count(line.trials)}",
        Styled(count(line.failed), "bad") if line.failed else Styled("0", "dim"),
        cost_words(line.cost_usd, line.unpriced),
        ", ".join(line.tags) + (" (archived)" if line.is_archived else ""),
        line.run,
    )
    return Row(line.run, cells)


def run_values(line: RunLine) -> dict[str, Any]:
    """The same to be copied as JSON."""
    return {
        "run": line.run,
        "name": line.name,
        "kind": line.kind,
        "created": line.when,
        "state": line.word,
        "models": list(line.models),
        "tags": list(line.tags),
        "trials": line.trials,
        "complete": line.complete,
        "failed": line.failed,
        "cost_usd": line.cost_usd,
        "unpriced_responses": line.unpriced,
        "is_archived": line.is_archived,
    }


def moment(stored: str) -> str:
    """`2026-11-24 13:05` of a stored time (UTC)."""
    return stored[:16].replace("T", " ")


def short_model(model: str) -> str:
    """A model without its provider."""
    return model.rpartition("/")[2] or model


def cost_words(cost_usd: float | None, unpriced: int) -> str:
    """A dash while nothing was called."""
    if cost_usd is None and not unpriced:
        return MISSING
    return dollars(cost_usd, unpriced=unpriced)


def _state(trials: int, complete: int, failed: int, live: LiveRun | None) -> tuple[str, str, str]:
    """(letter, look, word)."""
    if live is not None:
        return ("‖", "warn", "paused") if live.is_paused else ("▸", "accent", "running")
    if complete + failed < trials:
        return "◦", "warn", "unfinished"
    return ("✗", "bad", "finished") if failed else ("✓", "good", "complete")
