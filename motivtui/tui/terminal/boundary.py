"""The boundary between a model's text and the screen: the only way in which such text may be given to a widget.

`content`, `marked`, `content_line` and `rich_line` make text that is laid out as it stands: never parsed as markup,
nothing in it that acts, its size bounded. `Boundary` looks once more at every line that any widget draws. It must not
be relied on instead: a line that it changes was laid out for other characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content, Span
from textual.filter import LineFilter
from textual.style import Style

from motivtui.tui.terminal.laid_out import MOST_CHARS, laid_out
from motivtui.visible_text import visible_line

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.text import Text
    from textual.color import Color

_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Whatever `visible_line` changes; a test holds the two together."""

_CHARS_A_CELL = 8
"""A cell's character and the marks on it: as many as `content_line` looks at for each cell."""


def content(text: str, most_chars: int = MOST_CHARS) -> Content:
    """Text of a model for a widget: as it stands, harmless, tabs expanded, at most `most_chars` of it."""
    return Content(laid_out(text, most_chars=most_chars).text)


def marked(text: str, spans: Iterable[tuple[int, int]], style: str | Style, most_chars: int = MOST_CHARS) -> Content:
    """The same with `spans` of it (start, end; characters of `text`) in `style`; a long text is cut around them."""
    inside = sorted((max(0, start), min(end, len(text))) for start, end in spans)
    wanted = [(start, end) for start, end in inside if start < end]
    shown = laid_out(text, wanted, most_chars)
    placed = (shown.placed(start, end) for start, end in wanted)
    return Content(shown.text, [Span(start, end, style) for start, end in placed if start < end])


def content_line(text: str, width: int) -> Content:
    """Text of a model on one line of at most `width` cells; the last cell is an ellipsis if there is more."""
    if width < 1:
        return Content()
    looked_at = text[: width * _CHARS_A_CELL]
    line = Content(laid_out(visible_line(looked_at), most_chars=MOST_CHARS + len(looked_at)).text)
    if line.cell_length > width or len(text) == len(looked_at):
        return line.truncate(width, ellipsis=True)
    return line.truncate(width - 1) + "…"


def rich_line(text: str, width: int, style: str = "") -> Text:
    """The same for a table's cell or a tree's label, which take no `Content`."""
    from rich.text import Text

    return Text(content_line(text, width).plain, style, no_wrap=True, end="")


class Boundary(LineFilter):
    """Makes every line harmless that a widget of whatever kind draws, and as wide as it was.

    Control segments are Textual's own and pass. Hyperlinks are taken out: nothing here has any of its own.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The same list if there is nothing to change."""
        for text, style, control in segments:
            if control is None and (_DANGEROUS.search(text) or (style is not None and style.link)):
                return _harmless(segments)
        return segments


def _harmless(segments: Sequence[Segment]) -> list[Segment]:
    """Signs may be wider than what they stand for: blanks behind them give way, else what was changed is cut."""
    from rich.segment import Segment

    line: list[Segment] = []
    grown: list[tuple[int, int]] = []
    too_wide = 0
    for segment in segments:
        text, style, control = segment
        if control is not None:
            line.append(segment)
            continue
        if too_wide and text.isspace() and not _DANGEROUS.search(text):
            kept = max(0, len(text) - too_wide)
            too_wide -= len(text) - kept
            text = text[:kept]
        elif _DANGEROUS.search(text):
            text = visible_line(text)
            wider = Segment(text).cell_length - segment.cell_length
            text += " " * -wider
            too_wide += max(0, wider)
            grown.append((len(line), max(0, wider)))
        line.append(Segment(text, style.update_link(None) if style is not None and style.link else style))
    for index, wider in reversed(grown):
        cut = min(too_wide, wider)
        line[index] = line[index].split_cells(line[index].cell_length - cut)[0]
        too_wide -= cut
    return [segment for segment in line if segment.text or segment.control is not None]
