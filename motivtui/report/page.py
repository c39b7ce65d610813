"""The whole page: head, table of contents, sections. It holds all that it needs and may load nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from motivtui import __version__
from motivtui.report.gather import Answered, Material
from motivtui.report.markup import Element, all_of, joined, tag, trusted
from motivtui.report.pictures import has_charts
from motivtui.report.results import ResultSections
from motivtui.report.sections import exclusions_section, prompts_section, study_section, unanswered_section

_NO_CHARTS = (
    "Figures are drawn in characters here: pip install 'motivtui[charts]' and write the report again for pictures."
)


def page(material: Material) -> str:
    """The document, in UTF-8 once encoded. Everything in it that anybody wrote is escaped."""
    told = [one for one in material.answered if not one.why_not]
    sections = ResultSections(str(material.record["id"]))
    unanswered = unanswered_section(material.answered)
    body = tag(
        "body",
        tag("a", "Skip to the report", href="#report", class_="skip"),
        tag(
            "div",
            _contents(told, has_unanswered=unanswered is not None),
            tag(
                "main",
                _top(material),
                study_section(material),
                prompts_section(material),
                exclusions_section(material),
                all_of(sections.section(one) for one in told),
                unanswered,
                _foot(),
                id="report",
            ),
            class_="frame",
        ),
        tag("script", trusted(_own("page.js"))),
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(material), body, lang='en').html}\n"


def _head(material: Material) -> Element:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        trusted(f'<meta http-equiv="Content-Security-Policy" content="{policy()}">'),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{material.record['name']} · {material.record['id']}"),
        tag("style", trusted(_own("page.css"))),
    )


def policy() -> str:
    """What a browser may do with the page: show its own style, run its own script, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_own("page.js").encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _own(name: str) -> str:
    return (files("motivtui.report") / name).read_text(encoding="utf-8")


def _top(material: Material) -> Element:
    record, summary = material.record, material.summary
    models, judges = record["study"]["models"], record["study"].get("judges", [])
    lead = (
        f"{len(models)} {'model' if len(models) == 1 else 'models'}, {material.task_count:,} tasks, "
        f"{len(record['study']['manipulations'])} manipulations, {summary['trials']:,} trials. "
        f"Run {record['id']}, begun {str(record['created_at'])[:10]}, seed {record['seed']}."
    )
    is_open = summary["finished"] < summary["trials"]
    return tag(
        "header",
        tag("h1", str(record["name"])),
        tag("p", lead, class_="lead"),
        tag("p", "Models: ", ", ".join(models), f". Judges: {', '.join(judges)}." if judges else "."),
        tag("p", tag("strong", "Interim: trials are still open, and every number here may change."))
        if is_open
        else None,
        tag(
            "p",
            "Every number is of one model, instrument, item and mode of decoding unless it says otherwise; brackets"
            " hold 95 % intervals; NA is never zero and always has its reason. p adj. is adjusted within the family of"
            " tests that “Every number” names.",
            class_="about",
        ),
        None if has_charts() else tag("p", _NO_CHARTS, class_="about"),
        class_="top",
    )


def _contents(told: Sequence[Answered], *, has_unanswered: bool) -> Element:
    first = [("study", "The study"), ("prompts", "Prompts"), ("exclusions", "What was left out, and why")]
    results = [(one.view.name, one.view.title) for one in told]
    if has_unanswered:
        results.append(("unanswered", "What this run cannot say"))
    return tag(
        "nav", tag("h2", "Contents"), _links(first), tag("h2", "Results"), _links(results), aria_label="Contents"
    )


def _links(entries: Sequence[tuple[str, str]]) -> Element:
    return tag("ol", *(tag("li", tag("a", title, href=f"#{name}")) for name, title in entries))


def _foot() -> Element:
    return tag("footer", joined(f"Written by motivtui {__version__}. The page loads nothing and sends nothing."))
