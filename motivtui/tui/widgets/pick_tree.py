"""A check list in groups: pick single things or whole groups, and search them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from unicodedata import normalize

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from motivtui.visible_text import visible_line

_MARKS = {True: "[x] ", False: "[ ] ", None: "[-] "}
"""All, none, some: letters, so that no colour is needed."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to pick, or with `children` a group of them. `note` stands behind the label, and is searched too."""

    id: str
    label: str
    note: str = ""
    children: tuple[Pick, ...] = ()

    def leaves(self) -> Iterator[Pick]:
        """What can be picked of it: itself, or what is below it."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class PickTree(Tree[Pick]):
    """`picked` are ids of single things, in the order of the list."""

    TITLE = "The list"
    DEFAULT_CSS = """
    PickTree {
        height: 1fr; background: transparent; padding: 0; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .tree--guides, & > .tree--guides-hover, & > .tree--guides-selected { color: $panel; }
        & > .tree--cursor { background: $primary 20%; text-style: none; color: $foreground; }
        &:focus > .tree--cursor { background: $primary 45%; text-style: bold; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Pick"),
        Binding("enter", "select_cursor", "Open", show=False),
        Binding("left", "fold", "Fold", show=False),
        Binding("right", "unfold", "Unfold", show=False),
        Binding("A", "mark_all", "Pick all", show=False),
        Binding("N", "mark_none", "Pick none", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("j", "cursor_down", show=False),
    ]

    class Changed(Message):
        """Other things are picked now."""

        def __init__(self, tree: PickTree, picked: tuple[str, ...]) -> None:
            super().__init__()
            self.tree, self.picked = tree, picked

        @property
        def control(self) -> PickTree:
            """The tree."""
            return self.tree

    def __init__(
        self,
        picks: Sequence[Pick] = (),
        picked: Iterable[str] = (),
        *,
        id: str | None = None,
        opens_groups: bool = False,
    ) -> None:
        """`opens_groups`: the groups are unfolded from the start."""
        super().__init__("", id=id)
        self.show_root, self.show_guides, self.guide_depth = False, False, 2
        self._opens_groups = opens_groups
        self._picks: tuple[Pick, ...] = tuple(picks)
        self._picked = set(picked)
        self._words: tuple[str, ...] = ()

    @property
    def picked(self) -> tuple[str, ...]:
        """The ids that are picked, in the order of the list."""
        return tuple(dict.fromkeys(one.id for one in self.all_leaves() if one.id in self._picked))

    def all_leaves(self) -> Iterator[Pick]:
        """Everything that can be picked, found or not."""
        for pick in self._picks:
            yield from pick.leaves()

    def on_mount(self) -> None:
        """Show the list."""
        self._lay_out()

    def set_picks(self, picks: Sequence[Pick], picked: Iterable[str] | None = None) -> None:
        """Show another list; `picked` None: what was picked stays so."""
        self._picks = tuple(picks)
        if picked is not None:
            self._picked = set(picked)
        self._lay_out()

    def search(self, text: str) -> int:
        """Show only what has every word of the text. Returns how many things that are."""
        self._words = tuple(_folded(text).split())
        self._lay_out()
        return sum(1 for pick in self._shown() for _ in pick.leaves())

    def action_mark(self) -> None:
        """Pick what is under the cursor, or drop it if all of it is picked."""
        if self.cursor_node is not None:
            self._toggle_pick(self.cursor_node)

    def action_mark_all(self) -> None:
        """Pick everything that is shown."""
        self._mark([leaf.id for pick in self._shown() for leaf in pick.leaves()], is_picked=True)

    def action_mark_none(self) -> None:
        """Drop everything that is shown."""
        self._mark([leaf.id for pick in self._shown() for leaf in pick.leaves()], is_picked=False)

    def action_fold(self) -> None:
        """Fold the group, or go to the group above."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and node.parent is not self.root:
            self.move_cursor(node.parent)

    def action_unfold(self) -> None:
        """Unfold the group."""
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def on_tree_node_selected(self, event: Tree.NodeSelected[Pick]) -> None:
        """Enter or a click: a group has folded or unfolded already, a single thing is picked."""
        if not event.node.allow_expand:
            self._toggle_pick(event.node)

    def on_click(self, event: events.Click) -> None:
        """A click on the mark of a group picks the group."""
        if event.style.meta.get("mark"):
            node = self.get_node_at_line(int(event.style.meta.get("line", -1)))
            if node is not None and node.allow_expand:
                event.prevent_default()
                event.stop()
                self.move_cursor(node)
                self._toggle_pick(node)

    def render_label(self, node: TreeNode[Pick], base_style: Style, style: Style) -> Text:
        """Mark, label and note; of a group how many are picked."""
        pick = node.data
        if pick is None:
            return Text("")
        leaves = [leaf.id for leaf in pick.leaves()]
        chosen = sum(leaf in self._picked for leaf in leaves)
        state = True if chosen == len(leaves) else None if chosen else False
        fold = ("▾ " if node.is_expanded else "▸ ") if node.allow_expand else ""
        note = f" {chosen}/{len(leaves)}" if node.allow_expand else f"  {pick.note}" if pick.note else ""
        return Text.assemble(
            (fold, base_style + style),
            (_MARKS[state], base_style + style + Style(bold=chosen > 0, meta={"mark": True})),
            (visible_line(pick.label, 200), base_style + style),
            (visible_line(note, 200), base_style + style + Style(dim=True)),
        )

    def _toggle_pick(self, node: TreeNode[Pick]) -> None:
        if node.data is None:
            return
        leaves = [leaf.id for leaf in node.data.leaves()]
        self._mark(leaves, is_picked=not all(leaf in self._picked for leaf in leaves))

    def _mark(self, ids: Sequence[str], *, is_picked: bool) -> None:
        before = set(self._picked)
        self._picked = before | set(ids) if is_picked else before - set(ids)
        if self._picked != before:
            self._clear_line_cache()
            self.refresh()
            self.post_message(self.Changed(self, self.picked))

    def _shown(self) -> tuple[Pick, ...]:
        if not self._words:
            return self._picks
        return tuple(found for pick in self._picks if (found := _found(pick, self._words, "")) is not None)

    def _lay_out(self) -> None:
        self.clear()
        is_open = self._opens_groups or bool(self._words)
        for pick in self._shown():
            self._add_pick(self.root, pick, is_open=is_open)
        self.root.expand()
        if self.cursor_line < 0 and self.root.children:
            self.cursor_line = 0

    def _add_pick(self, parent: TreeNode[Pick], pick: Pick, *, is_open: bool) -> None:
        node = parent.add(pick.label, pick, expand=is_open and bool(pick.children), allow_expand=bool(pick.children))
        for child in pick.children:
            self._add_pick(node, child, is_open=is_open)


def _found(pick: Pick, words: Sequence[str], above: str) -> Pick | None:
    """The part of a pick that has every word, in itself or in the groups above it."""
    text = _folded(f"{above} {pick.id} {pick.label} {pick.note}")
    if not pick.children:
        return pick if all(word in text for word in words) else None
    children = tuple(found for child in pick.children if (found := _found(child, words, text)) is not None)
    return replace(pick, children=children) if children else None


def _folded(text: str) -> str:
    """For comparing: in any case, and however its accents are put together."""
    return normalize("NFC", text).casefold()
