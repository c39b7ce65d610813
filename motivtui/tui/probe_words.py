"""What the probe room says, and a task with its choices as a request. Pure."""

from __future__ import annotations

from motivtui.conduct.request import RunLimits, StudyRequest
from motivtui.engine.answers import Planned
from motivtui.tui.probe_cells import Choices
from motivtui.tui.words import counted, dollars

TITLE_CHARS = 60
TEACHING = (
    "Type a task above, in your own words, and press enter.\n\n"
    "Each model is told the task under each condition: as it is (none), and with something added that may move it "
    "(money is promised, say). It is asked how motivated it is. The replies are written here side by side, the score "
    "marked in them, and compared below.\n\n"
    "esc, then   m models   c conditions   i instruments   + - repeats\n"
    "            h earlier probes          P make a study of it\n\n"
    "Nothing costs money before you have agreed to it. Everything is kept."
)


def title_of(task: str) -> str:
    """The beginning of the task as the run's name."""
    line = " ".join(task.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1] + "…"


def request_of(task: str, choices: Choices) -> StudyRequest:
    """What the engine is asked for. Streamed, since it is there to be watched."""
    return StudyRequest(
        name=title_of(task),
        models=choices.models,
        manipulations=choices.manipulations,
        instruments=choices.instruments,
        repeats=choices.repeats,
        limits=RunLimits(stream=True),
    )


def about_cost(planned: Planned) -> str:
    """How many calls go where, and what they cost at most."""
    found = planned.estimate
    lines = [
        f"{counted(found.calls, 'call')} to {', '.join(planned.addresses)}.",
        f"At most {dollars(found.cost_usd.worst)}, about {dollars(found.cost_usd.expected)}.",
    ]
    if found.unpriced:
        lines.append(f"Not counted, since nobody knows their price: {', '.join(found.unpriced)}.")
    return "\n".join([*lines, *planned.notes])
