"""Writing to the terminal: data to stdout, narration to stderr, model text only when made visible."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from motivtui.visible_text import visible

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
