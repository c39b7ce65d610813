"""A plan before it is carried out: what it takes, what to think of, and its cells, each with its exact prompt."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from motivtui.engine.answers import Cell, Estimated, Planned, Span
from motivtui.tui.terminal.boundary import content
from motivtui.tui.widgets.window_table import Column, Row, Styled, WindowTable
from motivtui.tui.words import count, counted, dollars, duration, short_count

_COLUMNS = (
    Column("task", "task", 14, flex=3),
    Column("manipulation", "manipulation", 12, flex=1),
    Column("instrument", "instrument", 12, flex=1),
    Column("calls", "calls", 5, right=True),
)
_PROMISE = "Enter on a line shows the exact prompt that will be sent."


class PlanView(Vertical):
    """See the module. Posts WindowTable.Chosen with a cell's ordinal."""

    DEFAULT_CSS = """
    PlanView {
        padding: 0 1;
        & > #numbers { height: auto; margin-bottom: 1; }
        & > #notes { height: auto; max-height: 8; color: $warning; }
        & > #hint { height: 1; color: $text-muted; }
    }
    """

    def compose(self) -> ComposeResult:
        """Numbers, notes, cells."""
        yield Static("", id="numbers")
        yield Static("", id="notes")
        yield Static(Content(_PROMISE), id="hint")
        yield WindowTable(_COLUMNS, id="cells", empty="Nothing is planned yet: pick models, tasks and manipulations.")

    def show(self, planned: Planned) -> None:
        """Show a plan."""
        self.query_one("#numbers", Static).update(_numbers(planned))
        notes = "\n".join(f"! {note}" for note in planned.notes)
        self.query_one("#notes", Static).update(content(notes))
        self.query_one("#notes").display = bool(notes)
        more = planned.cell_count - len(planned.cells)
        hint = _PROMISE + (f" {counted(more, 'more cell')} not listed." if more else "")
        self.query_one("#hint", Static).update(Content(hint))
        self.query_one("#hint").display = True
        self.query_one("#cells", WindowTable).show([_row(cell) for cell in planned.cells])

    def show_problem(self, text: str) -> None:
        """Why there is no plan."""
        self.query_one("#numbers", Static).update(content(text))
        self.query_one("#notes").display = self.query_one("#hint").display = False
        self.query_one("#cells", WindowTable).show([])


def _row(cell: Cell) -> Row:
    task = cell.task if cell.other_task is None else f"{cell.task} or {cell.other_task}"
    manipulation = Styled(cell.manipulation, "dim") if cell.manipulation == "none" else cell.manipulation
    return Row(cell.ordinal, (task, manipulation, cell.instrument, count(cell.calls)))


def _numbers(planned: Planned) -> Content:
    """Product and the table of estimates."""
    estimate = planned.estimate
    lines = [Content.assemble((planned.product, "bold"))]
    lines.append(Content.assemble((f"{'':<12}{'low':>10}{'expected':>12}{'worst':>12}", "$text-muted")))
    lines.append(_line("tokens in", estimate.input_tokens))
    lines.append(_line("tokens out", estimate.output_tokens))
    cost = estimate.cost_usd
    if estimate.is_free:
        lines.append(Content(f"{'cost':<12}{'free':>10}"))
    else:
        lines.append(
            Content(f"{'cost':<12}{dollars(cost.low):>10}{dollars(cost.expected):>12}{dollars(cost.worst):>12}")
        )
    if estimate.unpriced:
        names = ", ".join(estimate.unpriced)
        lines.append(content(f"{'':<12}and nobody knows the price of {names}"))
    basis = (
        f"from {counted(estimate.from_calls, 'earlier call')}" if estimate.from_calls else "no earlier calls to go by"
    )
    lines.append(Content(f"{'time':<12}{duration(estimate.seconds):>10}   {basis}"))
    lines.append(content(f"{'goes to':<12}  {', '.join(planned.addresses)}"))
    return Content("\n").join(lines)


def _line(name: str, span: Span) -> Content:
    low, expected, worst = (short_count(round(value)) for value in (span.low, span.expected, span.worst))
    return Content(f"{name:<12}{low:>10}{expected:>12}{worst:>12}")


def in_short(planned: Planned) -> str:
    """`1,440 calls · ≈ 12 min · $0.41 (max $0.95)`."""
    return f"{counted(planned.trials, 'call')} · {takes(planned.estimate)}"


def takes(estimate: Estimated) -> str:
    """`≈ 12 min · $0.41 (max $0.95)`."""
    time = "time unknown" if estimate.seconds is None else duration(estimate.seconds)
    time = f"≈ {time}" if estimate.seconds is not None and estimate.seconds >= 1 else time
    if estimate.is_free:
        return f"{time} · free"
    cost = dollars(estimate.cost_usd.expected, unpriced=len(estimate.unpriced))
    return f"{time} · {cost} (max {dollars(estimate.cost_usd.worst, unpriced=len(estimate.unpriced))})"
