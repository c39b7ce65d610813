"""The left side of the lab: models, tasks, manipulations, instruments, design; each folded to one line, or open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from motivtui.tui.draft import Draft
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.pick_tree import Pick, PickTree
from motivtui.tui.widgets.section import Section
from motivtui.tui.widgets.stepper import Stepper
from motivtui.tui.words import counted

_PER_CATEGORY = [(None, "all of them"), *((n, f"{n} a category") for n in (1, 2, 3, 5, 10, 20, 50))]
_REPEATS = [(n, str(n)) for n in (1, 2, 3, 5, 10, 20)]
_WORDINGS = [("rotate", "rotate: another one each task"), ("first", "the first one only"), ("all", "all of them")]
_ORDERS = [("both", "both orders"), ("first", "one order")]
_CALLS = [(None, "as set"), *((n, str(n)) for n in (1, 2, 4, 8, 16, 32, 64))]
_SEEDS = [(n, str(n)) for n in range(10)]
_YES_NO = [(False, "no"), (True, "yes")]
_AT_MOST = [(None, "no limit"), *((c, f"${c:g}") for c in (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0))]


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything that can be picked."""

    models: tuple[Pick, ...]
    tasks: tuple[Pick, ...]
    manipulations: tuple[Pick, ...]
    instruments: tuple[Pick, ...]


class Design(Vertical):
    """How often, in which wordings and orders, and how the calls are made."""

    DEFAULT_CSS = """
    Design { height: auto; padding: 0 1; & Input { width: 14; } }
    """

    def compose(self) -> ComposeResult:
        """One line a decision."""
        yield Stepper("tasks", _PER_CATEGORY, 1, id="per_category")
        yield Stepper("repeats", _REPEATS, 1, id="repeats")
        yield Stepper("wordings", _WORDINGS, "rotate", id="wordings")
        yield Stepper("choices in", _ORDERS, "both", id="orders")
        yield Stepper("judge", [(None, "nobody")], None, id="judge")
        yield Stepper("judges itself", _YES_NO, value=False, id="judges_itself")
        yield Stepper("token scores", _YES_NO, value=False, id="has_token_scores")
        yield Stepper("calls at once", _CALLS, None, id="concurrency")
        yield Stepper("seed", _SEEDS, 0, id="seed")
        yield Stepper("at most", _AT_MOST, None, id="max_cost_usd")

    def show(self, draft: Draft, judges: list[str]) -> None:
        """Show what the draft says."""
        self.query_one("#judge", Stepper).set_values([(None, "nobody"), *((one, one) for one in judges)])
        for stepper in self.query(Stepper):
            stepper.choose(getattr(draft, stepper.id or ""))
        self.show_judges(draft)

    def show_judges(self, draft: Draft) -> None:
        """Who judges is asked only where something is judged."""
        is_judged = any("judge" in one for one in draft.instruments)
        for name in ("#judge", "#judges_itself"):
            self.query_one(name).display = is_judged


class Pickers(Vertical):
    """See the module."""

    DEFAULT_CSS = """
    Pickers {
        & > #trees { height: 1fr; }
        & > #product { height: auto; min-height: 2; max-height: 5; padding: 0 1; background: $surface; }
    }
    """

    class Changed(Message):
        """Something else is picked."""

        def __init__(self, draft: Draft) -> None:
            super().__init__()
            self.draft = draft

    def __init__(self, *, id: str | None = None) -> None:
        """Nothing is offered yet."""
        super().__init__(id=id)
        self._draft = Draft()

    def compose(self) -> ComposeResult:
        """The parts, then the product."""
        with Vertical(id="trees"):
            yield Section("m", "Models", PickTree(opens_groups=True), id="models")
            yield Section("t", "Tasks", PickTree(), id="tasks")
            yield Section("c", "Manipulations", PickTree(opens_groups=True), id="manipulations")
            yield Section("i", "Instruments", PickTree(opens_groups=True), id="instruments")
            yield Section("d", "Design", Design(), id="design")
        yield Static(Content("reading the library …"), id="product")

    def on_mount(self) -> None:
        """Tasks first: that is what one looks for."""
        self.query_one("#tasks").add_class("-open")

    def offer(self, offered: Offered, draft: Draft) -> None:
        """Show what there is to pick, and what is picked."""
        self._draft = draft
        self._tree("models").set_picks(offered.models, draft.models)
        self._tree("tasks").set_picks(offered.tasks, draft.tasks)
        self._tree("manipulations").set_picks(offered.manipulations, draft.manipulations)
        self._tree("instruments").set_picks(offered.instruments, draft.instruments)
        judges = [leaf.id for pick in offered.models for leaf in pick.leaves()]
        self.query_one(Design).show(draft, judges)
        self._read_back()
        self._summarise()
        if self.screen.focused is None:
            self._section("tasks").enter()

    def say(self, text: str, product: str = "") -> None:
        """The product and what it takes, or why there is none."""
        lines = [content(product)] if product else []
        self.query_one("#product", Static).update(Content("\n").join([*lines, content(text).stylize("bold $accent")]))

    def open(self, name: str) -> None:
        """Unfold a part and go there."""
        for section in self.query(Section):
            section.set_class(section.id == name, "-open")
        self._section(name).enter()

    def search(self) -> None:
        """Search the list that has the focus, or the tasks."""
        focused = self.screen.focused
        section = next((one for one in self.query(Section) if focused is not None and one in focused.ancestors), None)
        if section is None or not isinstance(section.body, PickTree):
            self.open("tasks")
            section = self._section("tasks")
        section.open_search()

    def close_search(self) -> bool:
        """Show everything again. Returns whether anything was searched."""
        closed = [section.close_search() for section in self.query(Section)]
        return any(closed)

    @on(Section.Opened)
    def _opened(self, message: Section.Opened) -> None:
        self.open(message.section.id or "tasks")

    @on(PickTree.Changed)
    def _picked(self) -> None:
        self._read_back()
        self._changed()

    @on(Stepper.Changed)
    def _stepped(self, message: Stepper.Changed) -> None:
        setattr(self._draft, message.stepper.id or "", message.value)
        self._changed()

    def _changed(self) -> None:
        self._summarise()
        self.post_message(self.Changed(replace(self._draft)))

    def _read_back(self) -> None:
        """What is picked is what the trees say: an id that is gone was only a wish."""
        self._draft.models = list(self._tree("models").picked)
        self._draft.tasks = list(self._tree("tasks").picked)
        self._draft.manipulations = list(self._tree("manipulations").picked)
        self._draft.instruments = list(self._tree("instruments").picked)

    def _summarise(self) -> None:
        draft = self._draft
        self.query_one(Design).show_judges(draft)
        offered = sum(1 for _ in self._tree("tasks").all_leaves())
        pool = f"{len(draft.tasks):,} of {offered:,}" if draft.tasks else f"all {offered:,}"
        sampled = f" · {draft.per_category} a category" if draft.per_category else ""
        self._section("models").say(_names(draft.models, lambda one: one.rpartition("/")[2]))
        self._section("tasks").say(pool + sampled)
        self._section("manipulations").say(_names(draft.manipulations))
        self._section("instruments").say(_names(draft.instruments))
        self._section("design").say(f"{counted(draft.repeats, 'repeat')}, wordings {draft.wordings}")

    def _tree(self, name: str) -> PickTree:
        return self.query_one(f"#{name} PickTree", PickTree)

    def _section(self, name: str) -> Section:
        return self.query_one(f"#{name}", Section)


def _names(ids: list[str], shown: Callable[[str], str] = str) -> str:
    return ", ".join(shown(one) for one in ids) if ids else "none picked"
