"""Writing to the terminal: data to stdout, narration to stderr, tables by rich, model text only when made visible."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from motivtui.visible_text import visible, visible_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from motivtui.study.score import Score


def write_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def narrate(message: str) -> None:
    """A line on stderr."""
    sys.stderr.write(visible(message) + "\n")


def stdout() -> Console:
    """The console for data."""
    return _console(is_error=False)


def stderr() -> Console:
    """The console for narration."""
    return _console(is_error=True)


def _console(*, is_error: bool) -> Console:
    from rich.console import Console

    # Not a terminal: wide enough that no cell is folded, since it is read by programs or looked at in an editor.
    stream = sys.stderr if is_error else sys.stdout
    return Console(stderr=is_error, highlight=False, width=None if stream.isatty() else 160)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """A quiet table on stdout; `right` names the columns of numbers. Cells are made visible, on one line each."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(visible_line("" if cell is None else str(cell))) for cell in row))
    stdout().print(table)


def marked(reply: str, scores: Iterable[Score]) -> Text:
    """The reply with the evidence of every score between ⟦ ⟧, so that it shows without colour too."""
    from rich.text import Text

    text = Text()
    position = 0
    places = sorted((score.evidence.start, score.evidence.end) for score in scores if score.evidence)
    for start, end in places:
        if start < position:
            continue
        text.append(visible(reply[position:start]))
        text.append(f"⟦{visible(reply[start:end])}⟧", style="bold reverse")
        position = end
    text.append(visible(reply[position:]))
    return text
