"""The study, its prompts, what was excluded and what was not asked, as sections of the page. Computes no statistic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from motivtui.analysis.result_table import counted_text
from motivtui.plots.figure import Table
from motivtui.report.gather import Answered, Material, PromptSample
from motivtui.report.markup import Content, Element, all_of, joined, tag
from motivtui.report.tables import csv_link, data_table, facts, fold
from motivtui.study.prompt import Message, Part

_STATES = frozenset({"complete"})
_FEW = 40
"""So many names are listed at once; more are folded."""


def study_section(material: Material) -> Element:
    """The design, who took part, and everything that is needed to do it again."""
    return tag(
        "section",
        tag("h2", "The study"),
        facts(_design(material)),
        tag("h3", "Models and their parameters"),
        _parameters(material.record["study"]["parameters"], material.record["study"].get("judges", [])),
        tag("h3", "Instruments"),
        _instruments(material),
        _names("Tasks", material.record["study"]["tasks"]),
        tag("h3", "To do it again"),
        facts(_provenance(material)),
        _sessions(material),
        fold("Methods, as a paragraph to paste", tag("p", material.methods, class_="methods")),
        id="study",
    )


def _design(material: Material) -> Iterable[tuple[str, Content]]:
    study, summary = material.record["study"], material.summary
    yield "models", len(study["models"])
    yield "judges", len(study.get("judges", ())) or None
    yield "tasks", f"{material.task_count:,} in {material.family_count:,} families"
    yield "manipulations", ", ".join(study["manipulations"])
    yield "wordings", study["wording_rule"]
    yield "repeats", study["repeats"]
    if study.get("pairs"):
        yield "pairs of tasks", f"{len(study['pairs']):,}; orders: {study['orders']}, sides: {study['sides']}"
    yield "trials", f"{summary['trials']:,}, of them {summary['complete']:,} complete, {summary['failed']:,} failed"
    yield "still open", summary["trials"] - summary["finished"] or None
    yield "cost", _cost(summary)


def _cost(summary: Any) -> str:
    unknown = summary["unpriced_responses"]
    known = f"{summary['known_cost_usd'] or 0:.4f} US dollars known"
    return f"{known}; {unknown:,} responses without a known price" if unknown else known


def _provenance(material: Material) -> Iterable[tuple[str, Content]]:
    record = material.record
    yield "run", record["id"]
    yield "begun", record["created_at"]
    yield "seed", record["seed"]
    yield "design (hash)", tag("code", record["study_hash"])
    yield "materials (hash)", tag("code", record["materials_hash"])
    if record["lock_hash"]:
        yield (
            "lock",
            joined(tag("code", record["lock_hash"]), f" ({'kept' if record['lock_followed'] else 'not kept'})"),
        )
    else:
        yield "lock", "none: the study was not frozen before it was run"
    yield "programs", ", ".join(f"{name} {version}" for name, version in record["versions"].items())


def _parameters(parameters: dict[str, dict[str, Any]], judges: Sequence[str]) -> Element:
    names = tuple(dict.fromkeys(name for one in parameters.values() for name in one))
    rows = [
        (model, "judge" if model in judges else "", *(_said(one.get(name)) for name in names))
        for model, one in parameters.items()
    ]
    columns = ("model", "also", *(name.replace("_", " ") for name in names))
    return data_table("Sampling parameters of each model", columns, rows, numeric=(False,) * len(columns))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _instruments(material: Material) -> Element:
    rows = [
        (
            one.title,
            one.id,
            str(one.phase),
            ", ".join(f"{item.name} ({item.minimum} to {item.maximum})" for item in one.items) or "–",
            one.max_tokens,
        )
        for one in material.instruments.values()
    ]
    columns = ("instrument", "id", "phase", "items (scale)", "most tokens")
    return data_table("Instruments", columns, rows, numeric=(False, False, False, False, True))


def _names(title: str, names: Sequence[str]) -> Element:
    listed = tag("p", ", ".join(names))
    return joined(tag("h3", title), listed if len(names) <= _FEW else fold(f"All {len(names):,}", listed))


def _sessions(material: Material) -> Element:
    rows = [
        (str(number), one.started_at, one.ended_at or "–", one.reason or "no end on record: at work, or killed")
        for number, one in enumerate(material.sessions, start=1)
    ]
    columns = ("session", "from (UTC)", "to (UTC)", "ended because")
    return data_table("When a process worked on it", columns, rows, numeric=(False,) * 4)


def prompts_section(material: Material) -> Element:
    """One prompt of each instrument and manipulation."""
    by_instrument: dict[str, list[PromptSample]] = {}
    for one in material.prompts:
        by_instrument.setdefault(one.line.instrument, []).append(one)
    legend = tag(
        "p",
        "The exact words of one trial for each instrument and manipulation. ",
        tag("mark", "The manipulation is marked so."),
        " ",
        tag("span", "The task is underlined so.", class_="task"),
        " ",
        tag("span", "An answer of a model, handed on, has a line like this.", class_="answer"),
        class_="about",
    )
    parts = (_prompts_of(instrument, samples) for instrument, samples in by_instrument.items())
    return tag("section", tag("h2", "Prompts"), legend, all_of(parts), id="prompts")


def _prompts_of(instrument: str, samples: Sequence[PromptSample]) -> Element:
    return joined(tag("h3", instrument), *(_prompt(one) for one in samples))


def _prompt(one: PromptSample) -> Element:
    line = one.line
    where = f"trial {line.ordinal}, {line.judge or line.model}, task {line.task}, wording {line.wording}"
    messages = (_message(message) for message in one.messages)
    return fold(f"{line.manipulation} · {where}", *messages)


_CLASSES = {Part.TASK: "task", Part.ANSWER: "answer", Part.NONCE: "nonce"}


def _message(message: Message) -> Element:
    segments = (
        tag("mark", segment.text)
        if segment.part is Part.MANIPULATION
        else tag("span", segment.text, class_=_CLASSES.get(segment.part))
        for segment in message.segments
        if segment.text
    )
    return tag("div", tag("div", message.role, class_="role"), tag("pre", *segments), class_="message")


def exclusions_section(material: Material) -> Element:
    """What became of everything that was asked, by model and instrument, then by manipulation too."""
    rates = material.of("statuses")
    key_names = ("model", "instrument", *(("judge",) if any(one.judge for one in rates) else ()))
    summed: dict[tuple[str, ...], Counter[str]] = {}
    for one in rates:
        key = tuple(getattr(one, name) or "–" for name in key_names)
        summed.setdefault(key, Counter()).update(_fates(one))
    names = tuple(dict.fromkeys(name for counts in summed.values() for name in counts))
    header = (*key_names, "asked", *names)
    rows = [(*key, sum(counts.values()), *(counts[name] for name in names)) for key, counts in summed.items()]
    detail = Table(
        ("model", "instrument", "judge", "manipulation", "trials", "fates", "finish reasons"),
        tuple(
            (
                one.model, one.instrument, one.judge, one.manipulation, one.trials, counted_text(_fates(one)),
                counted_text(one.finish_reasons),
            )
            for one in rates
        ),
    )  # fmt: skip
    numeric = (False,) * len(key_names) + (True,) * (len(names) + 1)
    by_manipulation = data_table(
        "By manipulation", detail.header, [[_said(cell) for cell in row] for row in detail.rows],
        numeric=(False,) * 4 + (True,) + (False,) * 2,
    )  # fmt: skip
    return tag(
        "section",
        tag("h2", "What was left out, and why"),
        tag(
            "p",
            "Nothing is dropped when a run is read. Each score that was asked for is here: used (ok), or left out for"
            " the reason that heads its column. A trial without scores counts once.",
            class_="about",
        ),
        data_table(
            "Scores that were asked for", header, [[_said(cell) for cell in row] for row in rows], numeric=numeric
        ),
        fold("By manipulation", tag("p", csv_link(detail, f"{material.record['id']}-exclusions.csv")), by_manipulation),
        id="exclusions",
    )


def _fates(one: Any) -> dict[str, int]:
    """Scores by status; trials that came to no score by state."""
    without = {state: n for state, n in one.states.items() if not (one.statuses and state in _STATES)}
    return {**one.statuses, **without}


def unanswered_section(answered: Sequence[Answered]) -> Element | None:
    """What this run cannot say, and why."""
    rows = [(one.view.title, one.view.about, one.why_not) for one in answered if one.why_not]
    if not rows:
        return None
    table = data_table("Analyses without a result", ("analysis", "asks", "why not"), rows, numeric=(False,) * 3)
    return tag("section", tag("h2", "What this run cannot say"), table, id="unanswered")
