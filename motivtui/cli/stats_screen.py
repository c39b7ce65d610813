"""Results of analyses on the terminal, and as JSON: tables with n and exclusions, sentences, plots."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motivtui.analysis.findings import By, Finding, Scope
from motivtui.analysis.result_figures import by_label, figures_of
from motivtui.analysis.result_table import sentence_of, summary_table
from motivtui.cli.output import narrate, stdout
from motivtui.cli.table import write_table
from motivtui.stats.estimate import Estimate
from motivtui.stats.wording import number, percent, with_interval
from motivtui.visible_text import visible_line

if TYPE_CHECKING:
    from motivtui.plots.figure import Figure

SCHEMA = 1
"""Of the JSON document: grows when a field changes its meaning or goes; new fields do not count."""
_TESTS = ("p", "p adj", "tasks")
_RIGHT = ("n", *_TESTS)
_PLOT_WIDTH = 100


def write_finding(finding: Finding, scope: Scope, by: By, *, has_sentences: bool, rules: str = "") -> None:
    """A heading, then for each instrument a table, and the sentence of each result."""
    category = "" if finding.category is None else f" · {finding.category}"
    said = f" ({rules})" if rules else ""
    stdout().print(f"\n{visible_line(finding.view.title + category + said)}", markup=False, style="bold")
    if not finding.results:
        stdout().print(f"Nothing to show: {finding.reason}.", markup=False)
        return
    for label, results in by_label(finding.results).items():
        if label:
            stdout().print(visible_line(label), markup=False, style="dim")
        _write_results(_ordered(results, by), shown_of(finding, scope))
    if has_sentences:
        for sentence in filter(None, map(sentence_of, finding.results)):
            stdout().print(f"• {visible_line(sentence)}", markup=False, soft_wrap=not sys.stdout.isatty())


def shown_of(finding: Finding, scope: Scope) -> tuple[str, ...]:
    """The estimates that a table shows: of a pooled analysis only those of the scope, if one was asked for."""
    shown = finding.view.shown
    if not finding.view.is_pooled or scope is Scope.MODEL:
        return shown
    other = {Scope.PANEL: Scope.POPULATION, Scope.POPULATION: Scope.PANEL}[scope]
    return tuple(name for name in shown if not name.startswith(other))


def _ordered(results: Sequence[Any], by: By) -> list[Any]:
    if by is not By.MANIPULATION:
        return list(results)
    names = list(dict.fromkeys(getattr(one, "manipulation", None) for one in results))
    return sorted(results, key=lambda one: names.index(getattr(one, "manipulation", None)))


def _write_results(results: Sequence[Any], shown: Sequence[str]) -> None:
    table = summary_table(results)
    columns = [name for name in table.columns if name in shown or not _is_estimate(table.rows, table.columns, name)]
    first = next((name for name in shown if name in columns), None)
    titles: list[str] = []
    for name in columns:
        titles.append(name.replace("_", " "))
        if name == first:
            titles += _TESTS
    told = {name: text for name, text in table.shared.items() if name not in ("instrument", "judge", "decoding")}
    if told:
        stdout().print(visible_line(" · ".join(told.values())), markup=False, style="dim")
    rows = []
    for row in table.rows:
        cells: list[str] = []
        for name in columns:
            value = row[table.columns.index(name)]
            cells.append(_cell(value))
            if name == first:  # its tests stand beside it
                cells += _tests(value)
        rows.append(cells)
    empty = {place for place, title in enumerate(titles) if title in _TESTS and not any(row[place] for row in rows)}
    kept = [place for place in range(len(titles)) if place not in empty]
    write_table([titles[place] for place in kept], [[row[place] for place in kept] for row in rows], right=_RIGHT)


def _is_estimate(rows: Iterable[Sequence[Any]], columns: Sequence[str], name: str) -> bool:
    place = columns.index(name)
    return any(isinstance(row[place], Estimate) for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, Estimate):
        return percent(value) if value.unit == "share" else with_interval(value)
    if isinstance(value, float):
        return number(value)
    return "" if value is None else str(value)


def _tests(value: Any) -> list[str]:
    """Raw and adjusted p, and the tasks (in how many families) that an estimate rests on."""
    if not isinstance(value, Estimate):
        return ["", "", ""]
    within = f" in {value.n_parents:,}" if value.n_parents else ""
    return [_p(value.p), _p(value.p_adj), f"{value.n_tasks:,}{within}" if value.n_tasks else ""]


def _p(p: float | None) -> str:
    return "" if p is None else "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def write_plots(finding: Finding, scope: Scope) -> None:
    """The figures of a finding, drawn for the terminal."""
    from motivtui.plots.terminal import drawn

    width = stdout().width if sys.stdout.isatty() else _PLOT_WIDTH
    is_plain = "utf" not in (sys.stdout.encoding or "").lower()
    for figure in figures_of(finding.results, shown_of(finding, scope)):
        sys.stdout.write("\n" + drawn(figure, width, None, is_plain=is_plain).text + "\n")


def save_plots(found: Sequence[Finding], scope: Scope, path: Path, *, force: bool) -> None:
    """Each figure as a file: FILE for a single one, else FILE with the analysis and a number. Raises UsageError."""
    from motivtui.plots.files import save

    figures: list[tuple[str, Figure]] = [
        (f"{one.view.name}-{place}", figure)
        for one in found
        for place, figure in enumerate(figures_of(one.results, shown_of(one, scope)), start=1)
    ]
    if not figures:
        narrate("Nothing to draw.")
    for name, figure in figures:
        file = path if len(figures) == 1 else path.with_name(f"{path.stem}-{name}{path.suffix}")
        picture, data = save(figure, file, overwrite=force)
        narrate(f"{picture}, its data in {data}")


def document(found: Sequence[Finding], about: dict[str, Any]) -> dict[str, Any]:
    """All results with all their fields, in plain values; `about`: what stands at the head of the document."""
    import msgspec

    return {
        "schema": SCHEMA,
        **about,
        "analyses": [
            {
                "name": one.view.name,
                "title": one.view.title,
                "about": one.view.about,
                "is_pooled": one.view.is_pooled,
                "category": one.category,
                "reason": one.reason,
                "results": [msgspec.to_builtins(result) | {"sentence": sentence_of(result)} for result in one.results],
            }
            for one in found
        ],
    }


def write_document(value: Any) -> None:
    """A document as JSON on stdout; what JSON cannot hold (NaN, infinity) is null."""
    import msgspec

    from motivtui.wire.encoding import line_of

    sys.stdout.write(msgspec.json.format(line_of(value), indent=2).decode() + "\n")
