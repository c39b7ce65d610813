"""One trial as text: prompt with its manipulation marked, reply with the evidence marked, scores, attempts. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from textual.content import Content

from motivtui.store.queries import TrialDetail
from motivtui.study.prompt import Message, Part
from motivtui.tui.runs.run_lines import cost_words, short_model
from motivtui.tui.runs.trial_lines import LETTERS, condition
from motivtui.tui.terminal.boundary import content, content_line, marked
from motivtui.tui.words import MISSING, count, milliseconds, score

EVIDENCE = "bold $accent reverse"
MANIPULATION = "bold $accent"
_LINE = 400
_CALL = ("decoding", "parameters", "effective_parameters", "seed", "model_reported", "fingerprint")
_KEY_CHARS = 16
"""Of a trial's key: enough to tell trials apart; the JSON has all of it."""


class Section(NamedTuple):
    """A heading with what stands below it."""

    title: str
    body: Content


def title_of(detail: TrialDetail) -> str:
    """`#12 ✓ money 2 · haiku.1 · pre-self-report · smollm2`."""
    row = detail.rows[0]
    letter = LETTERS.get(row["state"], ("?", ""))[0]
    task = row["task"] if row["other_task"] is None else f"{row['task']} or {row['other_task']}"
    named = condition(row["manipulation"], row["wording"])
    model = short_model(row["judge"] or row["model"])
    return f"#{row['ordinal']} {letter} {named} · {task} · {row['instrument']} · {model}"


def result_of(detail: TrialDetail) -> str:
    """`motivation 73 · 1.2 s`, or what became of it."""
    row = detail.rows[0]
    parts = [
        f"{one['item']} {score(one['value'])}" if one["value"] is not None else f"{one['item']}: {one['status']}"
        for one in detail.rows
        if one["status"] is not None
    ]
    return " · ".join([*(parts or [row["error_kind"] or row["state"]]), milliseconds(row["latency_ms"])])


def sections(detail: TrialDetail) -> list[Section]:
    """Everything about a trial, what is looked at first at the top."""
    row = detail.rows[0]
    found = [Section("Scores", _scores(detail)), Section("Reply", reply(detail))]
    if row["reasoning"]:
        found.append(Section("Reasoning, which is apart from the reply", content(row["reasoning"])))
    found.append(Section("Prompt, with the manipulation marked", prompt(detail.messages)))
    found.append(Section("Trial", _facts(_trial_facts(row))))
    found.append(Section(f"Attempts: {len(detail.attempts)}", _attempts(detail.attempts)))
    found.append(Section("Parameters", _facts(_parameters(row))))
    return found


def reply(detail: TrialDetail) -> Content:
    """The raw reply with the place of each score marked; without one, why."""
    row = detail.rows[0]
    if row["reply"]:
        spans = [
            (one["evidence_start"], one["evidence_end"]) for one in detail.rows if one["evidence_start"] is not None
        ]
        return marked(row["reply"], spans, EVIDENCE)
    why = row["skip_reason"] or row["error_message"] or ("an empty reply" if row["reply"] == "" else row["state"])
    return Content.assemble("(none: ", content(why), ")").stylize("$foreground-muted")


def prompt(messages: Sequence[Message]) -> Content:
    """The messages as they were sent, each under its role."""
    lines: list[Content] = []
    for message in messages:
        spoken = [
            content(segment.text).stylize(MANIPULATION if segment.part is Part.MANIPULATION else "")
            for segment in message.segments
        ]
        lines.append(Content.assemble((f"{message.role}: ", "$foreground-muted bold"), *spoken))
    return Content("\n").join(lines)


def as_json(detail: TrialDetail) -> str:
    """All of it as JSON, for people and programs."""
    messages = [
        {
            "role": message.role,
            "parts": [{"part": str(segment.part), "text": segment.text} for segment in message.segments],
        }
        for message in detail.messages
    ]
    whole = {"rows": detail.rows, "messages": messages, "attempts": detail.attempts}
    return json.dumps(whole, indent=2, ensure_ascii=True)


def _scores(detail: TrialDetail) -> Content:
    shown = [one for one in detail.rows if one["item"] is not None]
    if not shown:
        return Content("This instrument asks for none.").stylize("$foreground-muted")
    width = max(len(one["item"]) for one in shown)
    lines: list[Content] = []
    for one in shown:
        look = "bold" if one["value"] is not None else "$foreground-muted"
        parts: list[Content | tuple[str, str] | str] = [
            (f"{one['item']:<{width}} ", ""),
            (f"{score(one['value']):>6} ", look),
            (f"{one['status'] or MISSING:<12}", "$foreground-muted" if one["status"] in ("ok", None) else "$warning"),
        ]
        if one["note"]:
            parts += [" ", content_line(one["note"], _LINE)]
        if one["token_expected"] is not None:
            parts.append((f"  by its tokens {one['token_expected']:.1f} ± {one['token_sd']:.1f}", "$foreground-muted"))
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def _trial_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    tokens = f"{count(row['input_tokens'])} in, {count(row['output_tokens'])} out"
    facts: dict[str, Any] = {
        "state": row["state"],
        "model": row["model"],
        "judge": row["judge"],
        "task": row["task"],
        "other task": row["other_task"],
        "order": row["task_order"],
        "carries the note": row["manipulated"],
        "chosen": row["chosen_task"],
        "manipulation": f"{row['manipulation']}, wording {row['wording']}",
        "instrument": row["instrument"],
        "repeat": row["repeat"],
        "sent": row["sent_at"],
        "finish reason": row["finish_reason"],
        "error": row["error_message"],
        "tokens": tokens if row["sent_at"] else None,
        "time": milliseconds(row["latency_ms"]) if row["latency_ms"] is not None else None,
        "first token": milliseconds(row["time_to_first_token_ms"]) if row["time_to_first_token_ms"] else None,
        "cost": cost_words(row["cost_usd"], int(row["cost_usd"] is None)) if row["sent_at"] else None,
    }
    return facts


def _parameters(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name.replace("_", " "): row[name] for name in _CALL}
    return shown | {"trial key": f"{row['trial_key'][:_KEY_CHARS]}…"}


def _facts(facts: Mapping[str, Any]) -> Content:
    known = {name: str(value) for name, value in facts.items() if value is not None}
    width = max((len(name) for name in known), default=0)
    return Content("\n").join(
        Content.assemble((f"{name:<{width}}  ", "$foreground-muted"), content_line(value, _LINE))
        for name, value in known.items()
    )


def _attempts(attempts: Sequence[Mapping[str, Any]]) -> Content:
    if not attempts:
        return Content("Not sent yet.").stylize("$foreground-muted")
    lines: list[Content] = []
    for one in attempts:
        kind = " ".join(str(one[name]) for name in ("error_kind", "status_code") if one[name] is not None)
        parts: list[Content | tuple[str, str] | str] = [
            (f"{one['number']:>2}  {one['sent_at'][:19].replace('T', ' ')}  ", "$foreground-muted"),
            f"{one['outcome']:<9} ",
            (f"{milliseconds(one['latency_ms']):>7}", "$foreground-muted"),
        ]
        if kind:
            parts.append((f"  {kind}", "$error"))
        if one["error_message"]:
            parts += ["\n    ", content_line(one["error_message"], _LINE)]
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)
