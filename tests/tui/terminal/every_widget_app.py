"""A program for a pseudo-terminal: hostile texts through every kind of widget that shows text, one after the other.

Arguments: how, how many generated texts follow the hand-made ones, and, in their place, names of hand-made ones.
`content` gives texts through the boundary's functions, as the console does; `raw` past them, never as markup; `filter`
does so without the driver's look at each write; `bare` without anything of ours; `markup` gives them as a str, in which
Textual reads markup. Ends by itself, with exit code 42.
"""

from __future__ import annotations

import sys
from typing import Any

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.command import CommandPalette, Hit, Hits, Provider
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.widgets import (
    Button,
    Checkbox,
    DataTable,
    Footer,
    Header,
    Input,
    Label,
    Log,
    OptionList,
    RichLog,
    Static,
    TabbedContent,
    TabPane,
    TextArea,
    Tooltip,
    Tree,
)

from motivtui.tui.terminal.boundary import content, content_line, marked, rich_line
from motivtui.tui.terminal.guard import run_guarded
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.visible_text import visible
from tests.tui.hostile import HAND_MADE, generated

MODE = sys.argv[1]
COUNT = int(sys.argv[2])
NAMES = sys.argv[3:]
_MOST_RAW = 300
"""Characters: it is the boundary under the widgets that is tried here, not Textual's speed."""

Base: type[App[int]] = App if MODE == "bare" else GuardedApp


def texts() -> list[str]:
    """Hand-made, then generated."""
    if NAMES:
        return [HAND_MADE[name] for name in NAMES]
    return [*HAND_MADE.values(), *generated(COUNT)]


def block(text: str) -> Any:
    """For a widget that takes content."""
    if MODE == "content":
        return content(text)
    return text if MODE == "markup" else Content(text[:_MOST_RAW], strip_control_codes=False)


def line(text: str) -> Any:
    """For a title, an option, a tab."""
    if MODE == "content":
        return content_line(text, 30)
    return text if MODE == "markup" else Content(text[:_MOST_RAW], strip_control_codes=False)


def cell(text: str) -> Any:
    """For a table's cell and a tree's label."""
    if MODE == "content":
        return rich_line(text, 30, "bold")
    return text if MODE == "markup" else Text(text[:_MOST_RAW])


def plain(text: str) -> str:
    """For what takes a str and never reads markup in it."""
    return visible(text[:20_000]) if MODE == "content" else text[:_MOST_RAW]


class Texts(Provider):
    """The command palette's hits for a number are that page of texts. Textual reads markup in a help that is a str."""

    async def search(self, query: str) -> Hits:
        for text in PAGES[int(query)]:
            yield Hit(1, line(text), lambda: None, text=query, help=line(text))
        FOUND.append(int(query))


PAGES: list[list[str]] = []
FOUND: list[int] = []


class EveryWidgetApp(Base):  # type: ignore[misc, valid-type]
    """Each step gives the next text to all of them; the palette follows at the end."""

    CSS = """
    Horizontal > * { width: 1fr; height: 8; border: round green; }
    Horizontal { height: 8; }
    Tooltip { display: block; layer: _tooltips; }
    Toast { width: 40; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = iter(texts())

    def get_driver_class(self) -> type[Driver]:
        """Textual's own driver where the boundary is to do without ours."""
        return super().get_driver_class() if MODE != "filter" else LinuxDriver

    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            yield Static(id="static")
            yield Static(id="streamed")
            yield Label(id="label")
            yield Input(id="input")
            yield TextArea(id="area")
        with Horizontal():
            yield DataTable(id="table")
            yield Tree("root", id="tree")
            yield OptionList(id="options")
            yield RichLog(id="rich-log", max_lines=20)
            yield Log(id="log", max_lines=20)
        with Horizontal():
            yield Vertical(Static("a border's title"), id="titled")
            yield Button("x", id="button")
            yield Checkbox("x", id="box")
            with TabbedContent(id="tabs"), TabPane("tab", id="tab"):
                yield Static("inside")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(DataTable).add_column("column", width=30)
        self.query_one(Tree).root.expand()
        self.call_after_refresh(self.step)

    def step(self) -> None:
        """Show the next text; go on when it is on the screen."""
        text = next(self._left, None)
        if text is None:
            self.step_palette()
            return
        for show in (self.show_statics, self.show_fields, self.show_lists, self.show_titles, self.show_around):
            show(text)
        self.call_after_refresh(self.step)

    def show_statics(self, text: str) -> None:
        half = len(text) // 2
        self.query_one("#static", Static).update(block(text))
        self.query_one("#label", Label).update(
            marked(text, [(half // 2, half)], "bold red") if MODE == "content" else block(text)
        )
        parts = [block(text[:half]), block(text[half:])]
        self.query_one("#streamed", Static).update(parts[0] + parts[1])

    def show_fields(self, text: str) -> None:
        box = self.query_one(Input)
        box.value = plain(text)
        box.placeholder = plain(text)[:200]
        self.query_one(TextArea).text = plain(text)

    def show_lists(self, text: str) -> None:
        half = len(text) // 2
        table, tree, options = self.query_one(DataTable), self.query_one(Tree), self.query_one(OptionList)
        table.clear()
        table.add_row(cell(text), label=cell(text))
        table.ordered_columns[0].label = cell(text) if MODE != "markup" else Text.from_markup(text)
        tree.clear()
        tree.root.set_label(cell(text or " "))
        tree.root.add_leaf(cell(text or " "))
        options.clear_options()
        options.add_option(line(text))
        log, lines = self.query_one(Log), self.query_one(RichLog)
        log.clear()
        log.write(plain(text)[:half])
        log.write(plain(text)[half:])
        lines.clear()
        lines.write(cell(text[:half]))
        lines.write(cell(text[half:]))

    def show_titles(self, text: str) -> None:
        titled = self.query_one("#titled")
        titled.border_title, titled.border_subtitle = line(text), line(text)
        self.query_one(Button).label = line(text)
        self.query_one(Checkbox).label = line(text)
        self.query_one(TabbedContent).get_tab("tab").label = line(text)
        self.title, self.sub_title = plain(text)[:200], plain(text)[:200]

    def show_around(self, text: str) -> None:
        self.query_one("#static").tooltip = block(text)
        tooltip = self.screen.get_child_by_type(Tooltip)
        tooltip.display = True
        tooltip.update(block(text))
        self.clear_notifications()
        self.notify(plain(text), title=plain(text), markup=MODE == "markup")
        self._bindings.key_to_bindings["f2"] = [Binding("f2", "nothing", plain(text)[:60] or "-", key_display="F2")]
        self.refresh_bindings()

    def step_palette(self) -> None:
        """Search for the next page of texts in the command palette."""
        PAGES[:] = [texts()[at : at + 16] for at in range(0, len(texts()), 16)]
        self.push_screen(CommandPalette(providers=[Texts]), lambda _: None)
        self._page = -1
        self.set_interval(0.02, self.turn_page)

    def turn_page(self) -> None:
        """On to the next page when all hits of this one are on the screen, as far as they fit."""
        if not isinstance(self.screen, CommandPalette) or not self.screen.query(Input):
            return
        hits = self.screen.query_one(OptionList).option_count
        if self._page >= 0 and not (FOUND and FOUND[-1] == self._page and hits == len(PAGES[self._page])):
            return
        self._page += 1
        if self._page < len(PAGES):
            self.screen.query_one(Input).value = str(self._page)
        else:
            self.call_after_refresh(self.exit, None, 42)


def main() -> int:
    """The exit code, as the command line would have it."""
    if MODE != "bare":
        return run_guarded(EveryWidgetApp)
    app = EveryWidgetApp()
    app.run()
    return int(app.return_code or 0)


if __name__ == "__main__":
    sys.exit(main())
