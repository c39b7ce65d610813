"""What the words around a number in a sentence tell about it.

Owns the small closed word lists of English by which `prose_reply` decides: what links a label to its number, what a
number counts, which sentence is a rating. Must not decide on scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from motivtui.extraction.figures import Figure
from motivtui.extraction.reading import Reading
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.instrument import Item
from motivtui.study.score import SCORED, ScoreStatus

_LINKS = "is was are be at of as equals equal a an around about approximately roughly near stands sits between"
_APPROXIMATE = "around about approximately roughly maybe perhaps probably near almost nearly"
_FILLERS = (
    "score rating level for this the that task to do doing it currently now right would i my say rate rated give myself"
    " overall here today on scale out from but rather boxed high low moderate medium very quite pretty solid strong"
    " number answer final"
)
_WORDS = "|".join(sorted({*_LINKS.split(), *_FILLERS.split(), *_APPROXIMATE.split()}, key=len, reverse=True))
# A dash right before a digit is a sign, not a link; a point would end the sentence.
_GAP = re.compile(
    rf"(?:\s{{1,4}}|[:=>→≈~\"'“”‘’*_`()\[\]{{}}<|,\\]|[-–—−](?![\d.])|\.{{2,3}}|(?<![^\W_])(?:{_WORDS})(?![^\W_])){{0,40}}",
    re.IGNORECASE,
)
_LINK = re.compile(rf"[:=>→≈|(\[{{]|[-–—−]|\.\.|\b(?:{'|'.join(_LINKS.split())})\b", re.IGNORECASE)
_STARTS_ENTRY = re.compile(r"(?:^|[,;|(])[\s*_`\"'#>•·-]*+\Z")
_APPROXIMATELY = re.compile(rf"\b(?:{'|'.join(_APPROXIMATE.split())})\b|[≈~]", re.IGNORECASE)

_NEXT_WORD = re.compile(r"[\s*_`\"'”’)\]]{1,6}([^\W\d_]+)")
_FUNCTION_WORDS = (
    "because since as for on and but which so with given due that this it i my overall here in at when if or now right"
    " points point percent out today although though while considering whereas mainly mostly is would motivated"
)
_AFTER_A_SCORE = frozenset(_FUNCTION_WORDS.split())
_FOR_ANOTHER = re.compile(r"[\s*_`\"')]{1,4}(?:for|in|on)\s(?:my\s|the\s)?\s?")
_LIST_MARKER = re.compile(r"[.)][ \t]++\S")
_LINE_START = re.compile(r"(?:^|\n)[ \t>*_#-]*+\Z")
_COUNTING_BEFORE = re.compile(
    r"(?:[#$€£¥@&]|\b(?:to|in|within|steps?|numbers?|no\.?|than|until|till|by|versions?|parts?|chapters?|tasks?|items?"
    r"|questions?|options?|lines?|pages?|over|under|above|below|after|before|since|least|most|only|every|each|all|exactly"
    r"|are|takes?|took|need|have|has|had|level))[ \t]{0,3}\Z",
    re.IGNORECASE,
)
_RATING_WORD = re.compile(
    r"\b(?:motivat\w*|rat(?:e|ed|ing)|scor(?:e|ed|ing)|scale|say|give it|estimate|answer|choose|eager\w*"
    r"|enthusias\w*|i['’]?d (?:give|go|put|call|be|pick)|i would (?:give|go|put|call|be|pick)|i guess|i think|i feel"
    r"|i['’]m at|i am at|(?:probably|maybe|perhaps|around|about|roughly|approximately)(?=[ \t]*\Z))(?!\w)",
    re.IGNORECASE,
)
_PART_OF_MOTIVATION = re.compile(r"\b(?:intrinsic|extrinsic|de-?motivat\w*)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_DECORATION = r"[\s*_`\"'“”‘’()\[\]{}#>|~≈$\\:=]"
_SOFTENER = r"(?:(?:about|around|roughly|approximately|probably|maybe|perhaps|between|from|a|an|say|boxed)\b\s*+)?"
_BEFORE_ALONE = re.compile(rf"{_DECORATION}*{_SOFTENER}{_DECORATION}*\Z", re.IGNORECASE)
_AFTER_ALONE = re.compile(rf"(?:{_DECORATION}|[.!,;]|points?\b)*\Z", re.IGNORECASE)


def link_before_number(text: str, label: re.Match[str], vocabulary: Vocabulary) -> re.Match[str] | None:
    """What stands between a label and the number it belongs to (possibly none there yet); None: no link."""
    gap = _GAP.match(text, label.end())
    if gap is None:
        return None
    if "\n" in gap.group() and "|" in gap.group():  # a table: the number below belongs to a column, not to this label
        return None
    place = vocabulary.place_of(label.group())
    if any(vocabulary.place_of(other.group()) != place for other in vocabulary.pattern.finditer(gap.group())):
        return None
    if _LINK.search(gap.group()):
        return gap
    is_blank = not gap.group().strip(" \t\n*_`\"'")
    return gap if is_blank and _STARTS_ENTRY.search(text[max(0, label.start() - 20) : label.start()]) else None


def is_counted_or_listed(text: str, figure: Figure, vocabulary: Vocabulary) -> bool:
    """Whether the number counts something ("5 minutes"), marks a list entry or belongs to another label after it."""
    if _is_list_marker(text, figure) or _is_price(text, figure):
        return True
    for_another = _FOR_ANOTHER.match(text, figure.stop) if len(vocabulary.items) > 1 else None
    if for_another and vocabulary.pattern.match(text, for_another.end()):
        return True
    word = _NEXT_WORD.match(text, figure.stop)
    if word is None or word[1][0] != word[1][0].lower() or not word[1].isascii():
        return False
    return word[1] not in _AFTER_A_SCORE and "\n" not in word.group()


def as_rating(text: str, figure: Figure, vocabulary: Vocabulary) -> bool:
    """Whether a number without a label looks like a rating: alone, first, out of the maximum, or said to be one."""
    line_start = text.rfind("\n", 0, figure.start) + 1
    line_end = text.find("\n", figure.stop)
    before = text[max(line_start, figure.start - 200) : figure.start]
    after = text[figure.stop : line_end if line_end >= 0 else len(text)]
    is_first = not text[max(0, line_start - 400) : line_start].strip()
    if _BEFORE_ALONE.match(before) and (is_first or _AFTER_ALONE.match(after[:200])):
        return True
    if _COUNTING_BEFORE.search(before):
        return False
    if figure.denominator == vocabulary.items[0].maximum:
        return True
    sentence = _SENTENCE_END.split(before)[-1]
    rest = _SENTENCE_END.split(after[:60])[0]
    if _PART_OF_MOTIVATION.search(sentence):
        return False
    return any(_RATING_WORD.search(part) or vocabulary.pattern.search(part) for part in (sentence, rest))


def is_whole(text: str, figure: Figure) -> bool:
    """Whether the text is nothing but this number and its decoration."""
    has_only_decoration = re.fullmatch(rf"{_DECORATION}*", text[: figure.start]) is not None
    return has_only_decoration and _AFTER_ALONE.match(text, figure.stop) is not None


def approximation(reading: Reading, link: str) -> Reading:
    """The reading, marked when the words before the number call it approximate or open a range."""
    if reading.status not in SCORED:
        return reading
    if "between" in link.lower():
        return reading.moved_to(ScoreStatus.AMBIGUOUS, "one end of a range")
    return reading.moved_to(ScoreStatus.REPAIRED, "called approximate") if _APPROXIMATELY.search(link) else reading


@lru_cache(maxsize=64)
def scale_text(items: tuple[Item, ...]) -> re.Pattern[str]:
    """The pattern of the scale as a reply repeats it: "from 1 to 100", "(1-100)", "1 (not at all) to 100"."""
    highest = "|".join(sorted({str(item.maximum) for item in items}))
    lowest = "|".join(sorted({str(item.minimum) for item in items} | {"0", "1"}))
    return re.compile(
        rf"(?<![\d.,/+-])(?:{lowest})(?:[ \t]{{1,3}}\([^()\n]{{0,60}}\))?"
        rf"[ \t]{{0,3}}(?:[-–—−]|\.{{2,3}}|…|(?:to|and|through)\b)[ \t]{{0,3}}(?:{highest})(?![\d%]|[.,]\d)",
        re.IGNORECASE,
    )


NAMED_SCALE = re.compile(
    r"\bscale[ \t]{1,3}(?:of|from)[ \t]{1,3}(\d{1,6})[ \t]{0,3}(?:[-–—]|to\b)[ \t]{0,3}(\d{1,6})", re.IGNORECASE
)


def speaks_of_other_scale(text: str, items: Sequence[Item]) -> bool:
    """Whether the reply names a scale with another maximum than the items have."""
    maxima = {item.maximum for item in items}
    return any(int(named[2]) not in maxima for named in NAMED_SCALE.finditer(text))


def _is_price(text: str, figure: Figure) -> bool:
    """Whether a sign before the number makes it money or a rank ("$50", "#3"); "$85$" is a formula."""
    sign = text[figure.start - 1 : figure.start]
    return bool(sign) and sign in "$€£¥#" and not text.startswith(sign, figure.stop)


def _is_list_marker(text: str, figure: Figure) -> bool:
    """Whether the number is "1." or "2)" at the start of a line, part of a list that begins with 1."""
    if not _LINE_START.search(text[max(0, figure.start - 20) : figure.start]):
        return False
    written = text[figure.start : figure.end]
    if not (len(written) <= 3 and written.isdecimal() and _LIST_MARKER.match(text, figure.end)):
        return False
    number = int(written)
    return number < 10 or re.search(rf"(?m)^[ \t>*_#-]*+{number - 1}[.)][ \t]", text[: figure.start]) is not None
