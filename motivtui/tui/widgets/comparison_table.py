"""What a probe's replies come to, as a table: a line a condition, item and model."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.probe_comparison import Compared
from motivtui.tui.widgets.window_table import Cell, Column, Row, Styled, WindowTable
from motivtui.tui.words import MISSING, count, milliseconds, score, signed

_COLUMNS = (
    Column("condition", "Condition", 10, flex=2),
    Column("item", "Item", 10, flex=2),
    Column("model", "Model", 8, flex=2),
    Column("n", "n", 5, right=True),
    Column("score", "Score", 6, right=True),
    Column("difference", "− none", 7, right=True),
    Column("pairs", "pairs", 5, right=True),
    Column("tokens", "Tokens", 6, right=True, at=78),
    Column("latency", "Latency", 8, right=True, at=78),
)


class ComparisonTable(WindowTable):
    """`compare` shows the lines; the table is as high as they are."""

    TITLE = "The comparison"

    def __init__(self, *, id: str | None = None) -> None:
        """Without lines yet."""
        super().__init__(_COLUMNS, id=id)

    def compare(self, lines: Sequence[Compared]) -> None:
        """These lines."""
        self.show([_row(place, line) for place, line in enumerate(lines)])
        self.styles.height = len(lines) + 1


def _row(place: int, line: Compared) -> Row:
    is_control = line.manipulation == CONTROL_ID
    difference: Cell = "" if is_control else signed(line.difference)
    if line.difference and line.pairs > 1:
        difference = Styled(signed(line.difference), "accent")
    elif line.difference is not None and not is_control:
        difference = Styled(signed(line.difference), "dim")
    few = line.item is not None and line.n < line.replies
    return Row(
        place,
        (
            Styled(line.manipulation, "bold" if is_control else ""),
            line.item or f"({line.instrument})",
            Styled(line.model.rpartition("/")[2], "dim"),
            Styled(f"{line.n}/{line.replies}", "warn") if few else str(line.replies),
            score(line.score) if line.item else "",
            difference if line.item else "",
            "" if is_control or not line.item else str(line.pairs),
            count(None if line.tokens is None else round(line.tokens)),
            milliseconds(line.latency_ms) if line.latency_ms is not None else MISSING,
        ),
    )
