"""The exact messages of a trial before anything is sent, the manipulation marked."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from motivtui.engine.answers import Prompt, PromptPart
from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.terminal.boundary import content
from motivtui.visible_text import visible

_PLACES = {"answer": "⟨the answer of the execution⟩", "nonce": "⟨mark⟩"}


class Prompts(Modal[None]):
    """One trial's prompt."""

    DEFAULT_CSS = """
    Prompts {
        align: center middle;
        & > VerticalScroll {
            width: 100; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 1 2;
        }
        Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "Back")]

    def __init__(self, prompt: Prompt) -> None:
        """`prompt` as the engine planned it."""
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """Message by message."""
        prompt = self._prompt
        task = prompt.task if prompt.other_task is None else f"{prompt.task} or {prompt.other_task}"
        with VerticalScroll() as box:
            box.border_title = Content(visible(f"Trial {prompt.ordinal:,} · {task}"))
            box.border_subtitle = "⟦the manipulation⟧ · esc: back"
            who = prompt.model if prompt.judge is None else f"{prompt.judge} judging {prompt.model}"
            condition = f"{prompt.manipulation}, wording {prompt.wording}"
            yield Static(content(f"{who} · {prompt.instrument} · {condition} · repeat {prompt.repeat}"))
            for message in prompt.messages:
                yield Static(Content.assemble("\n", (message.role, "bold $accent")))
                yield Static(Content.assemble(*(_part(part) for part in message.parts)))


def _part(part: PromptPart) -> Content:
    text = content(_PLACES.get(part.part) or part.text)
    if part.part != "manipulation" or not text.plain:
        return text
    return Content.assemble("⟦", text, "⟧").stylize("bold $accent")
