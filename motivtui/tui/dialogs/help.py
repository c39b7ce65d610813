"""What the keys do here: those of the focused part, of the room, of the whole console."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.moves import is_move

MOVE = "(moves)"
MOST_KEYS = 4


class Help(Modal[None]):
    """A list of keys, by the part that takes them."""

    DEFAULT_CSS = """
    Help {
        align: center middle;
        & > VerticalScroll {
            width: 76; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 1 2;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q", "dismiss(None)", "Back")]

    def __init__(self, seen: Screen[Any]) -> None:
        """`seen` is the screen that the help is about."""
        super().__init__()
        self._about = str(getattr(seen, "HELP", ""))
        self._sections = _sections(seen)

    def compose(self) -> ComposeResult:
        """One block a part."""
        with VerticalScroll() as box:
            box.border_title = "Help"
            box.border_subtitle = "esc: back"
            if self._about:
                yield Static(Content(self._about + "\n"))
            yield Static(Content("\n\n").join(_block(title, keys) for title, keys in self._sections))


def _sections(screen: Screen[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(part, [(keys, what they do)]), the focused part first."""
    found: dict[DOMNode, dict[str, tuple[str, list[str]]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.description:
            shown = (
                screen.app.get_key_display(binding)
                if binding.key_display
                else screen.app.get_key_display(binding.with_key(key))
            )
            action, words = _meaning(binding)
            keys = found.setdefault(active.node, {}).setdefault(action, (words, []))[1]
            if shown not in keys:
                keys.append(shown)
    return [
        (_title(node, screen), [(" ".join(keys[:MOST_KEYS]), words) for words, keys in _in_order(actions)])
        for node, actions in found.items()
    ]


def _meaning(binding: Binding) -> tuple[str, str]:
    """(action, what it does); keys of one sort count as one action."""
    if is_move(binding.action):
        return MOVE, "move about"
    if binding.action.startswith("app.room("):
        return "rooms", "go to the rooms"
    return binding.action, binding.description


def _in_order(actions: dict[str, tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """What only moves about comes last."""
    return [actions[one] for one in sorted(actions, key=lambda action: action == MOVE)]


def _block(title: str, keys: list[tuple[str, str]]) -> Content:
    """A part and its keys, aligned. All blocks are one widget: a dozen of them take their time to be laid out."""
    width = max(len(key) for key, _ in keys)
    lines = [Content.assemble((f"  {key:<{width}}  ", "bold"), words) for key, words in keys]
    return Content("\n").join([Content.assemble((title, "bold $accent")), *lines])


def _title(node: DOMNode, screen: Screen[Any]) -> str:
    if node is screen.app:
        return "Everywhere"
    if node is screen:
        return f"The {getattr(screen, 'NAME', 'screen')} room"
    return str(getattr(node, "TITLE", "") or getattr(node, "border_title", "") or type(node).__name__)
