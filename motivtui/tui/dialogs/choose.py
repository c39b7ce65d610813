"""Choosing several things of a list, with a search line, and where it makes sense one that is not on the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from motivtui.tui.dialogs.modal import Modal
from motivtui.tui.widgets.pick_tree import Pick, PickTree
from motivtui.visible_text import visible_line


class ChooseDialog(Modal[tuple[str, ...] | None]):
    """Gives back the ids that are picked, one at least; None: Escape, nothing is changed."""

    DEFAULT_CSS = """
    ChooseDialog {
        align: center middle;
        & > Vertical {
            width: 84; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #search { border: none; height: 1; padding: 0; background: $boost; margin-bottom: 1; }
        PickTree { height: auto; min-height: 3; max-height: 22; }
        #said { height: auto; color: $text-muted; }
        #answers { height: 1; align-horizontal: right; }
        #answers Button { margin-left: 1; }
        &.-short PickTree { max-height: 12; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("ctrl+s", "accept", "Take these", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    def __init__(
        self,
        title: str,
        picks: Sequence[Pick],
        picked: Sequence[str],
        *,
        about: str = "",
        fault: Callable[[tuple[str, ...]], str] | None = None,
        takes_others: bool = False,
    ) -> None:
        """`about`: what these things are. `fault`: why a choice cannot be taken, empty if it can.

        `takes_others`: what is typed and not found can be added.
        """
        super().__init__()
        known = {leaf.id for pick in picks for leaf in pick.leaves()}
        self._picks = [*picks, *(Pick(one, one) for one in picked if one not in known)]
        self._title, self._picked, self._about = title, tuple(picked), about
        self._fault, self._takes_others = fault, takes_others

    def compose(self) -> ComposeResult:
        """Search line, list, what is to be said, buttons."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "space: pick · /: search · ctrl+s: take these · esc: back"
            yield Static(Content(self._about), classes="note")
            more = ", or an id that is not listed" if self._takes_others else ""
            yield Input(placeholder=f"search: words that must occur{more}", id="search", compact=True)
            yield PickTree(self._picks, self._picked, opens_groups=True)
            yield Static("", id="said")
            with Horizontal(id="answers"):
                yield Button("Take these", id="take", compact=True, variant="primary")
                yield Button("Back", id="back", compact=True)

    def on_mount(self) -> None:
        """The list has the focus."""
        self.set_class(self.app.size.height < 36, "-short")
        self.query_one(PickTree).focus()
        self._say(self._picked)

    def action_search(self) -> None:
        """To the search line."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while it is typed."""
        tree, name = self.query_one(PickTree), event.value.strip()
        if tree.search(name) or not name:
            self._say(tree.picked)
        else:
            adds = f"Not on the list: enter adds {visible_line(name, 60)}." if self._may_add(name) else "None found."
            self.query_one("#said", Static).update(Content(adds))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To what was found; what was not found is added, if that makes sense."""
        tree, name = self.query_one(PickTree), event.value.strip()
        is_found = bool(tree.search(name))
        if not is_found and self._may_add(name):
            self._picks.append(Pick(name, name, "typed here"))
            tree.set_picks(self._picks, (*tree.picked, name))
            event.input.value = ""
            is_found = True
        if is_found:
            tree.focus()

    def on_pick_tree_changed(self, event: PickTree.Changed) -> None:
        """Say what is picked now."""
        self._say(event.picked)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take these, or back."""
        if event.button.id == "take":
            self.action_accept()
        else:
            self.dismiss(None)

    def action_back(self) -> None:
        """Out of the search line first, then out of the dialog."""
        search = self.query_one(Input)
        if search.has_focus or search.value:
            search.value = ""
            self.query_one(PickTree).focus()
        else:
            self.dismiss(None)

    def action_accept(self) -> None:
        """Take what is picked, if that can be taken."""
        picked = tuple(dict.fromkeys(self.query_one(PickTree).picked))  # one id may stand in two groups
        if not self._why_not(picked):
            self.dismiss(picked)

    def _may_add(self, name: str) -> bool:
        return self._takes_others and bool(name) and " " not in name

    def _say(self, picked: tuple[str, ...]) -> None:
        picked = tuple(dict.fromkeys(picked))
        why_not = self._why_not(picked)
        self.query_one("#said", Static).update(Content(why_not or f"{len(picked)} picked."))
        self.query_one("#take", Button).disabled = bool(why_not)

    def _why_not(self, picked: tuple[str, ...]) -> str:
        if not picked:
            return "Pick one at least: space picks what the cursor is on."
        return self._fault(picked) if self._fault else ""
