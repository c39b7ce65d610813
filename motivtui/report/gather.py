"""From a database to what the page is about: the run, one prompt of each sort, every analysis by both sets of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from motivtui import __version__
from motivtui.analysis.asked import Asked, takes
from motivtui.analysis.findings import Finding
from motivtui.analysis.methods import methods_paragraph
from motivtui.analysis.needs import lacking
from motivtui.analysis.reasons import rationales_of
from motivtui.analysis.run_table import RunTable
from motivtui.analysis.views import VIEWS, View
from motivtui.errors import MotivError
from motivtui.stats.preset import Preset
from motivtui.stats.table import ScoreTable
from motivtui.store.browse_queries import TrialFilters, TrialLine, facets, trials_window
from motivtui.store.connection import Reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_queries import run_record, run_summaries
from motivtui.store.session_queries import Session, sessions
from motivtui.store.trial_queries import instruments_of, trial_detail
from motivtui.study.instrument import Instrument
from motivtui.study.prompt import Message

_MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class PromptSample:
    """The messages of the first trial of an instrument under a manipulation, as they were sent (or are planned)."""

    line: TrialLine
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An analysis with its results. `replicate`: by the published rules; None: there are none of their own.

    `why_not`: why there are no results at all.
    """

    view: View[Any]
    results: tuple[Any, ...] = ()
    replicate: tuple[Any, ...] | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the page tells. `record` is the run's own row, `summary` its line in `motiv runs`."""

    record: Mapping[str, Any]
    summary: Mapping[str, Any]
    sessions: tuple[Session, ...]
    instruments: Mapping[str, Instrument]
    prompts: tuple[PromptSample, ...]
    task_count: int
    family_count: int
    methods: str
    answered: tuple[Answered, ...]

    def of(self, name: str) -> tuple[Any, ...]:
        """The results of an analysis; empty: there are none."""
        return next((one.results for one in self.answered if one.view.name == name), ())


def gather(reader: Reader, run: str, asked: Asked | None = None) -> Material:
    """Read the run and compute everything. Raises DatabaseError, UsageError."""
    table = RunTable(reader, run).table
    asked = replace(asked or Asked(), rationales=tuple(rationales_of(trial_rows(reader, run))))
    record = run_record(reader, run)
    (summary,) = run_summaries(reader, run)
    answered = tuple(_answers(table, asked))
    found = [Finding(one.view, one.results) for one in answered if not one.why_not]
    return Material(
        record,
        summary,
        tuple(sessions(reader, run)),
        instruments_of(reader, run),
        tuple(_prompts(reader, run)),
        len(record["study"]["tasks"]),
        sum(level is not None for level in table.family.levels),
        methods_paragraph(table, record, found, asked, _versions()),
        answered,
    )


def _versions() -> dict[str, str]:
    """Of what computes statistics."""
    found = {"motivtui": __version__}
    for name in ("numpy", "scipy", "statsmodels"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _prompts(reader: Reader, run: str) -> Iterator[PromptSample]:
    """The same task under every manipulation, where the plan has it."""
    found = facets(reader, run)
    for instrument in found.instruments:
        task = ""
        for manipulation in found.manipulations:
            filters = TrialFilters(instruments=(instrument,), manipulations=(manipulation,))
            lines = trials_window(reader, run, replace(filters, task=task), limit=20) if task else []
            line = next((one for one in lines if one.task == task), None)
            line = line or next(iter(trials_window(reader, run, filters, limit=1)), None)
            detail = None if line is None else trial_detail(reader, run, line.ordinal)
            if line is not None and detail is not None:
                task = task or line.task
                yield PromptSample(line, detail.messages)


def _answers(table: ScoreTable, asked: Asked) -> Iterator[Answered]:
    for view in VIEWS.values():
        if view.is_listed:
            why = lacking(table, asked, view.needs)
            yield Answered(view, why_not=why) if why else _answer(table, view, asked)


def _answer(table: ScoreTable, view: View[Any], asked: Asked) -> Answered:
    try:
        results = view.compute(table, replace(asked, preset=Preset.ROBUST))
        published = (
            view.compute(table, replace(asked, preset=Preset.REPLICATE)) if takes(view.function, "preset") else None
        )
    except MotivError as error:
        return Answered(view, why_not=error.message)
    except Exception as error:  # noqa: BLE001 (one analysis that fails must not take the page with it)
        words = f"it could not be computed: {type(error).__name__}: {error}"
        return Answered(view, why_not=words[:_MOST_REASON])
    return Answered(view, results, published, "" if results else "nothing of what is needed occurs together")
