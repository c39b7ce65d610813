"""Which of two or more numbered options a reply chooses: before its answer begins, in JSON or in words; ties are seen.

Owns the words of choosing. In JSON the value may also be words ("Task 1", "second", "both"). Prose counts only where it
is a choice for certain: a verb of choosing with one option after it, an option called the choice, or an option that the
reply begins with or gives a line of its own. Mere mention is no choice ("Task 1 is dull"), nor is a negated one, nor
anything in the answer that follows a choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from motivtui.extraction.json_reply import find_objects
from motivtui.extraction.masking import PromptEcho
from motivtui.extraction.reading import Reading, disagreement, on_scale
from motivtui.extraction.refusal import refuses
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.score import SCORED, Evidence, ScoreStatus

_READ = 4_000
"""Characters of prose in which a choice is looked for: it was asked for first."""
_READ_AS_JSON = 16_000

_ANSWER = re.compile(r"^[ \t*#_]*ANSWER[ \t*_]*:", re.MULTILINE)
_NUMBERS = {"one": 1, "first": 1, "former": 1, "two": 2, "second": 2, "latter": 2}
_NUMBERS |= {"three": 3, "third": 3, "four": 4, "fourth": 4}
_DIGIT = r"[1-9](?![\d/%]|[.,]\d)"
_WORD = r"(?:one|two|three|four)\b"
_ORDINAL = r"(?:first|second|third|fourth|former|latter)\b"
_KIND = r"(?:task|option|choice|number|no\.|#)[ \t#:*_]{0,3}"
_MARKS = r"[ \t*_\"'“”]{0,4}"
# What may follow an option that is chosen as a whole: not "the first half", not "2 dogs".
_BECAUSE = r"because|since|as|due|for|over|please|instead|rather|and|or|if|it[ \t]is"
_ENDS = rf"(?={_MARKS}(?:[.,;:!?)\n(–—-]|(?:{_BECAUSE})\b|\Z))"
_TASK = r"[ \t](?:one|task|option|choice)\b"
_NAMED = rf"(?:{_KIND}(?P<named>{_DIGIT}|{_WORD})|the[ \t]{{1,2}}(?P<ordinal>{_ORDINAL})(?:{_TASK}|{_ENDS}))"
_BARE = rf"(?P<bare>{_DIGIT}|{_WORD})"
_DOING = r"(?:(?:to[ \t])?(?:do|doing|take|tackle|work(?:ing)?[ \t]on|complete|start[ \t]with)[ \t])?"
_CHOOSING = re.compile(
    r"\b(?:choos(?:e|ing)|chose|pick(?:ed|ing)?|select(?:ed|ing)?|prefer"
    r"|(?:choice|pick|preference|selection)(?:[ \t](?:is|would[ \t]be))?"
    r"|(?:go|going)[ \t](?:with|for)|opt(?:ing)?[ \t]for|decided?[ \t](?:on|for)"
    r"|(?:(?:will|would|'ll|’ll|'d|’d)(?:[ \t](?:much[ \t])?rather|[ \t]like[ \t]to)?|want[ \t]to|rather)"
    r"[ \t](?:do|take|tackle|start[ \t]with))"
    rf"\b[ \t]?[:=]?{_MARKS}{_DOING}{_MARKS}(?:{_NAMED}|(?P<digit>{_DIGIT}){_ENDS})",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"\b{_NAMED}{_MARKS}(?:(?:is|would[ \t]be|will[ \t]be)[ \t]my[ \t](?:choice|pick|preference)|it[ \t]is)\b",
    re.IGNORECASE,
)
# "Task 1:" is a heading: what follows may be the task told again, or done, and is often cut before "Task 2:" comes.
_OPENING = re.compile(rf"\A[\s*_#\"“>]{{0,20}}(?:{_NAMED}|{_BARE}){_ENDS}(?!{_MARKS}[:(–—-])", re.IGNORECASE)
_ORDINAL_ALONE = re.compile(rf"\A[\s*_\"“]*(?P<ordinal>{_ORDINAL})(?:{_TASK})?[\s*_\"”.!]*\Z", re.IGNORECASE)
_OWN_LINE = re.compile(rf"^[ \t*_#\"“>]{{0,20}}{_NAMED}[ \t*_.!\"”]{{0,8}}$", re.IGNORECASE | re.MULTILINE)
_LIST = re.compile(r"^[ \t]*(?:[2-9]|1\d)[.)][ \t]", re.MULTILINE)
_HEADINGS = re.compile(
    rf"^[ \t*_#\"“>]{{0,20}}(?:task|option)[ \t#]{{0,3}}({_DIGIT}|{_WORD})", re.IGNORECASE | re.MULTILINE
)
_MENTIONS = re.compile(rf"\b(?:task|option)[ \t#:*_]{{0,3}}(?P<named>{_DIGIT}|{_WORD})", re.IGNORECASE)
_NEGATED = re.compile(r"(?:\b(?:not|never|cannot|nor|neither|without)|n['’]t)\b[^.!?;,:\n]{0,25}\Z", re.IGNORECASE)
_JOINED = re.compile(
    rf"(?:{_TASK})?{_MARKS}(?P<word>and|or|&|/|,)[ \t]{{0,2}}{_MARKS}"
    rf"(?:(?:also|both)[ \t])?(?:{_KIND}|the[ \t])?(?:{_DIGIT}|{_WORD}|{_ORDINAL})",
    re.IGNORECASE,
)

_OF_THEM = r"(?:[ \t](?:one|tasks?|of[ \t](?:them|the[ \t]two|the(?:se)?[ \t]tasks))\b)"
_ALL_OR_NONE = r"(?:both|neither|either(?:[ \t]one)?|none|no[ \t](?:clear[ \t]|real[ \t])?preference|a?[ \t]?tie)"
_TIE_IN_WORDS = re.compile(
    r"\bI\b[^.!?\n]{0,30}\b(?:choose|pick|select|prefer|do|take|like|with)"
    rf"[ \t](?:both|neither|either|none)(?:{_OF_THEM}|{_ENDS})"
    r"|\b(?:both|neither)[ \t](?:of[ \t])?(?:the[ \t])?tasks?\b|\bno[ \t](?:clear[ \t]|real[ \t])?preference\b"
    r"|\beither(?:[ \t](?:one|task|of[ \t]them))?[ \t](?:is|would[ \t]be)[ \t](?:fine|good|ok|okay)\b"
    r"|\b(?:both|tasks|two)\b[^.!?\n]{0,30}\bequally\b|\bI\b[^.!?\n]{0,20}\bequally\b",
    re.IGNORECASE,
)
_TIE_ALONE = re.compile(rf"\A[\s*_\"“]*(?P<tie>{_ALL_OR_NONE}|0)(?:[ \t]of[ \t]them)?[\s*_\"”.!]*\Z", re.IGNORECASE)
_TIE_VALUE = re.compile(
    rf"\"[ \t]*(?:{_ALL_OR_NONE}\b|0[ \t]*\"|[1-9][ \t]*[/&,][ \t]*[1-9])[^\"\n]{{0,40}}|0(?![\d.])"
    r"|\[[ \t]*\"?(?:task[ \t])?[1-9]\"?[ \t]*,[ \t]*\"?(?:task[ \t])?[1-9]\"?[ \t]*\]",
    re.IGNORECASE,
)
_STRING_VALUE = re.compile(
    rf"\"[ \t]*(?:{_KIND}(?P<named>{_DIGIT}|{_WORD})|(?:the[ \t])?(?P<ordinal>{_ORDINAL})|{_BARE})", re.IGNORECASE
)
_UNDECIDED = re.compile(r"\bI (?:cannot|can['’]t|can not) (?:choose|decide|say)\b", re.IGNORECASE)

_TIE_NOTE = "chooses all or none"
_WORDS_NOTE = "a choice in words"


def has_options(words: Vocabulary) -> bool:
    """Whether any item is a choice."""
    return any(item.kind is ItemKind.OPTION for item in words.items)


def choice_ends(text: str, words: Vocabulary, echo: PromptEcho) -> int:
    """Where the part of a reply ends that holds the choice: at the word ANSWER:, or after the object that chooses.

    `text` is without think-blocks. A reply that begins with the word ANSWER: may still have the object right after it.
    """
    found = _ANSWER.search(text)
    head = text[: min(_READ_AS_JSON, found.start() if found else len(text))]
    for one in find_objects(head, words):
        if one.members is not None and not echo.holds(text[one.start : one.end]):
            return one.end
    if found is None:
        return len(text)
    if not head.strip():
        after = find_objects(text[: found.end() + _READ_AS_JSON], words)
        if after and after[0].members is not None and not text[found.end() : after[0].start].strip(" \t\r\n*_"):
            return after[0].end
        return found.end()
    return found.start()


def option_reading(text: str, item: Item, found: Reading) -> Reading | None:
    """What a reply says of one option item; `found` is what JSON and numbers in prose gave. None: nothing."""
    key = _key(text, item)
    if key is not None and found.status is not ScoreStatus.MISSING:
        return _value(text, key.end(), item, found)
    return _spoken(text[:_READ], item)


def _key(text: str, item: Item) -> re.Match[str] | None:
    """The item's key in an object, up to where its value begins."""
    names = "|".join(re.escape(name) for name in (item.name, item.label))
    key = re.compile(rf"[{{,\n][ \t]*[\"'“”]?(?:{names})[\"'“”]?[ \t]*:[ \t]*", re.IGNORECASE).search(text)
    return key if key and "{" in text[: key.start() + 1] else None


def _value(text: str, start: int, item: Item, found: Reading) -> Reading:
    """The verdict on the value of the item's key, which begins at `start`."""
    if found.status in SCORED and found.number is not None and found.number != int(found.number):
        return found.moved_to(ScoreStatus.INVALID, "no option has a fraction")
    tie = _TIE_VALUE.match(text, start)
    if tie is not None and found.status not in (ScoreStatus.OK, ScoreStatus.AMBIGUOUS):
        return Reading(ScoreStatus.TIE, None, _inside_quotes(text, tie.start(), tie.end()), _TIE_NOTE)
    if found.status is not ScoreStatus.INVALID:
        return found
    words = _STRING_VALUE.match(text, start)
    if words is None:
        return found
    if _JOINED.match(text, words.end()):
        return Reading(ScoreStatus.TIE, None, Evidence(*words.span(_group(words))), _TIE_NOTE)
    return _named(words, item)


def _inside_quotes(text: str, start: int, end: int) -> Evidence:
    start += text[start] == '"'
    return Evidence(start, start + len(text[start:end].rstrip('" \t')))


def _spoken(text: str, item: Item) -> Reading | None:
    """A choice or a tie in words; None: neither."""
    alone = _TIE_ALONE.match(text)
    if alone is not None:
        return Reading(ScoreStatus.TIE, None, Evidence(*alone.span("tie")), _TIE_NOTE)
    choosing = [*_affirmed(text, _CHOOSING), *_affirmed(text, _CALLED)]
    joined = [(one, match) for one in choosing if (match := _JOINED.match(text, one.end()))]
    certain = [one for one in choosing if not any(one is other for other, _ in joined)]
    if certain:
        return _agreed(certain, item)
    if joined:
        one, join = joined[0]
        is_tie = join["word"].lower() in ("and", "&")
        status = ScoreStatus.TIE if is_tie else ScoreStatus.AMBIGUOUS
        return Reading(status, None, Evidence(*one.span(_group(one))), _TIE_NOTE if is_tie else "several options")
    mentioned = {_NUMBERS.get(word.lower()) or int(word) for word in _MENTIONS.findall(text)}
    standing = _standing(text, has_others=len(mentioned) > 1)
    if standing is not None:
        return _named(standing, item)
    tie = _TIE_IN_WORDS.search(text)
    if tie is None or len(mentioned) == 1 or refuses(_UNDECIDED.sub("", text)):
        return None
    return Reading(ScoreStatus.TIE, None, Evidence(*tie.span()), _TIE_NOTE)


def _affirmed(text: str, pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
    """The matches that are not negated."""
    return (one for one in pattern.finditer(text) if not _NEGATED.search(text[max(0, one.start() - 40) : one.start()]))


def _standing(text: str, *, has_others: bool) -> re.Match[str] | None:
    """An option that the reply begins with or gives a line of its own; `has_others`: several are mentioned."""
    opening = _OPENING.match(text)
    if opening is not None and not _JOINED.match(text, opening.end()):
        is_list = opening["bare"] is not None and _LIST.search(text, opening.end())
        if not is_list and len({number.lower() for number in _HEADINGS.findall(text)}) < 2:
            return opening
    return _ORDINAL_ALONE.match(text) or (None if has_others else _OWN_LINE.search(text))


def _agreed(matches: Iterable[re.Match[str]], item: Item) -> Reading:
    readings = [_named(one, item) for one in matches]
    return readings[0] if len({reading.number for reading in readings}) == 1 else disagreement(readings)


def _group(match: re.Match[str]) -> str:
    """The name of the group that holds the option."""
    return next(name for name, word in match.groupdict().items() if word)


def _named(match: re.Match[str], item: Item) -> Reading:
    group = _group(match)
    word = match[group].lower()
    number = _NUMBERS[word] if word in _NUMBERS else int(word)
    is_whole = group == "bare" and word.isdigit() and match.string.strip(" \t\r\n.*_") == word
    return on_scale(number, item, Evidence(*match.span(group)), "" if is_whole else _WORDS_NOTE)
