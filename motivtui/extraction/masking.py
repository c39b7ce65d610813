"""What in a reply is not the answer: think-blocks, echoes of the prompt, and the middle of an enormous text.

Owns blanking by characters of the same number, so that every offset stays true to the original text. Must not read
numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

_TAG_NAMES = r"(?:think|thinking|reasoning)"
_TAG = re.compile(rf"<(/?){_TAG_NAMES}(?:\s[^<>]{{0,100}})?>", re.IGNORECASE)
_CLOSING_TAG = re.compile(rf"</{_TAG_NAMES}(?:\s[^<>]{{0,100}})?>", re.IGNORECASE)
_MAX_BLOCKS = 500

# Letters keep a number that is cut at the edge from being read as a shorter one; the newline ends an open string.
_SEAM = "x\nx"

_SPACES_AT_MARKS = re.compile(r" ?([{}\[\]:,]) ?")
_LINE_WITH_DIGIT = re.compile(r"^[^\n\d]*+\d[^\n]*+", re.MULTILINE)
_MAX_LINES = 500


def without_think_blocks(text: str) -> str:
    """The text with think-blocks blanked: to the end when unclosed, from the start when only the closing tag is there.

    A reply of more than 500 blocks is no answer: its rest is blanked.
    """
    if "<" not in text or not any(name in text.lower() for name in ("think", "reasoning")):
        return text
    spans: list[tuple[int, int]] = []
    position = tags = 0
    while tag := _TAG.search(text, position):
        tags += 1
        if tags > _MAX_BLOCKS:
            spans.append((tag.start(), len(text)))
            break
        if tag[1]:
            spans = [(0, tag.end())]
            position = tag.end()
            continue
        closing = _CLOSING_TAG.search(text, tag.end())
        position = closing.end() if closing else len(text)
        spans.append((tag.start(), position))
    return blanked(text, spans)


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with spans (in order, not overlapping) replaced by as many spaces."""
    if not spans:
        return text
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += (text[position:start], " " * (end - start))
        position = end
    return "".join((*pieces, text[position:]))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is read of a text: all of it, or the two ends of an enormous one, joined by a seam."""

    text: str
    seam: int
    skipped: int

    def original(self, offset: int) -> int:
        """The place in the whole text of an offset in the excerpt."""
        return offset if offset <= self.seam else offset + self.skipped


def excerpt(text: str, longest: int, edge: int) -> Excerpt:
    """The text itself up to `longest` characters, of a longer one the first and last `edge`."""
    if len(text) <= longest:
        return Excerpt(text, len(text), 0)
    return Excerpt(text[:edge] + _SEAM + text[-edge:], edge, len(text) - 2 * edge - len(_SEAM))


class PromptEcho:
    """Tells what a reply has copied from its prompt, white space aside."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt

    @cached_property
    def _folded(self) -> str:
        return _folded(self._prompt)

    def holds(self, fragment: str) -> bool:
        """Whether the fragment stands in the prompt, its numbers not being parts of longer ones."""
        if len(fragment) > 2 * len(self._prompt) + 200:  # spares the folding of what is far too long
            return False
        wanted = _folded(fragment)
        at = self._folded.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            is_part = wanted[-1].isdigit() and self._folded[end : end + 1].isdigit()
            if not is_part and not (wanted[0].isdigit() and self._folded[max(0, at - 1) : at].isdigit()):
                return True
            at = self._folded.find(wanted, at + 1)
        return False

    def without_whole_prompt(self, text: str) -> str:
        """The text without the first copy of the whole prompt, if there is one."""
        whole = self._prompt.strip()
        at = text.find(whole) if whole else -1
        return blanked(text, [(at, at + len(whole))]) if at >= 0 else text

    def without_copied_lines(self, text: str) -> str:
        """The text without lines of the prompt that hold a number.

        For prose only: a line of an indented JSON reply may well look like one of an indented example.
        """
        spans = [
            line.span()
            for line in islice(_LINE_WITH_DIGIT.finditer(text), _MAX_LINES)
            if any(map(str.isalpha, line.group())) and self.holds(line.group().lstrip("> \t"))
        ]
        return blanked(text, spans)


def _folded(text: str) -> str:
    return _SPACES_AT_MARKS.sub(r"\1", " ".join(text.split()))
