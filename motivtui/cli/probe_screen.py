"""A probe on the terminal: replies grow while they stream, and stay on the page with their score marked in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motivtui.cli.output import marked, stdout
from motivtui.runner import (
    Event,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    RunHalted,
    ScoresStored,
    TextArrived,
    TrialsSkipped,
    TrialStarted,
)
from motivtui.study.response import Response
from motivtui.study.score import Score
from motivtui.study.trial import Trial
from motivtui.visible_text import visible, visible_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

TAIL_LINES = 6


class ProbeScreen:
    """Prints each finished reply to stdout; on a terminal the unfinished ones are shown below, live."""

    def __init__(self, *, is_quiet: bool) -> None:
        """`is_quiet`: show nothing (the data comes as JSON at the end)."""
        self._is_quiet = is_quiet
        self._console = stdout()
        self._growing: dict[int, tuple[Trial, str]] = {}
        self._live: Live | None = None

    @property
    def is_watching(self) -> bool:
        """A probe is made to be watched: its calls are streamed, which also measures the time to the first token."""
        return True

    def __enter__(self) -> ProbeScreen:
        """Begin the live part, if there is a terminal to draw on."""
        if self._console.is_terminal and not self._is_quiet:
            from rich.live import Live

            self._live = Live(console=self._console, refresh_per_second=20, transient=True)
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Leave only the finished replies behind."""
        if self._live:
            self._live.stop()
            self._live = None

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case TrialStarted(trial):
                self._growing[trial.ordinal] = (trial, "")
            case TextArrived(trial, text, start):
                so_far = self._growing.get(trial.ordinal, (trial, ""))[1]
                self._growing[trial.ordinal] = (trial, so_far[:start] + text)
            case RetryPlanned(trial, delay_s, error):
                self._say(trial, f"{error.kind}: {error.message}; again in {delay_s:.0f} s")
            case ResponseStored(trial, _, response, _) if response.error:
                self._say(trial, f"{response.error.kind}: {response.error.message}")
            case ScoresStored(trial, scores, response):
                self._growing.pop(trial.ordinal, None)
                self._print(_finished(trial, response, scores))
            case LaneStopped(lane, cause, message):
                self._print(_note(f"{lane}: no more calls ({cause}: {message})"))
            case RunHalted(cause, message):
                self._print(_note(f"no more calls ({cause}: {message})"))
            case TrialsSkipped(trials, reason):
                for trial in trials:
                    self._say(trial, f"skipped: {reason}")
            case _:
                pass
        self._refresh()

    def _say(self, trial: Trial, message: str) -> None:
        self._print(_note(f"{_heading(trial)}  {message}"))

    def _print(self, text: Text) -> None:
        if not self._is_quiet:
            self._console.print(text)

    def _refresh(self) -> None:
        if self._live:
            from rich.console import Group

            self._live.update(Group(*(_unfinished(trial, text) for trial, text in self._growing.values())))


def _heading(trial: Trial) -> str:
    return (
        f"{trial.model} · {trial.manipulation} (wording {trial.wording}) · {trial.instrument} · repeat {trial.repeat}"
    )


def _note(message: str) -> Text:
    from rich.text import Text

    return Text(visible_line(message), style="dim")


def _unfinished(trial: Trial, so_far: str) -> Text:
    from rich.text import Text

    tail = "\n".join(visible(so_far).splitlines()[-TAIL_LINES:])
    return Text(f"{visible_line(_heading(trial))}\n", style="bold") + Text(f"{tail}▌\n", style="not bold")


def _finished(trial: Trial, response: Response, scores: tuple[Score, ...]) -> Text:
    from rich.text import Text

    reply = response.text
    text = Text(f"{visible_line(_heading(trial))}\n", style="bold")
    body = marked(reply, scores) if reply else Text("(empty reply)", style="dim")
    verdicts = ", ".join(_verdict(score) for score in scores) or _effort(response)
    return text + Text("", style="not bold").append_text(body) + Text(f"\n→ {verdicts}\n", style="not bold")


def _effort(response: Response) -> str:
    """What is measured of a task that was done."""
    tokens, latency = response.usage.output_tokens, response.latency_ms
    spent = "tokens not counted" if tokens is None else f"{tokens:,} token{'' if tokens == 1 else 's'}"
    return spent if latency is None else f"{spent} in {latency / 1000:.1f} s ({response.finish_reason})"


def _verdict(score: Score) -> str:
    value = "no score" if score.value is None else f"{score.value:g}"
    note = f": {visible_line(score.note)}" if score.note else ""
    return f"{score.item} {value} ({score.status}{note})"
