"""A second score of a reply: the expected number at the place of the written one, by the model's own probabilities.

It stands beside the written score and never takes its place. Owns the question which tokens may be read as whole
scores; pure, like everything here.
"""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.study.instrument import Item
from motivtui.study.response import Response, TokenChoice
from motivtui.study.score import SCORED, Score
from motivtui.study.token_score import TokenScore, from_masses

_LARGEST = 999
"""Tokenisers that take digits together take up to three: above, a token may be half of a number."""


def token_scores(response: Response, items: Sequence[Item], scores: Sequence[Score]) -> tuple[TokenScore, ...]:
    """The items' expected scores, where each can be had from the one token that was written; in the items' order.

    `scores` are the response's written ones: an item without a value there has none here. Nor has one whose number the
    tokeniser splits: what could follow an 8 is not known from the alternatives to the 8.
    """
    by_name = {score.item: score for score in scores}
    by_end = {choice.start + len(choice.token): choice for choice in response.token_choices}
    takes_together = any(_is_longer_number(choice) for choice in response.token_choices)
    found = []
    for item in items:
        score = by_name.get(item.name)
        if score is None or item.minimum < 0 or item.maximum > _LARGEST or (item.maximum > 9 and not takes_together):
            continue
        choice = _choice_of(score, by_end)
        expected = from_masses(item.name, _masses(choice, item), "sampled") if choice else None
        if expected is not None:
            found.append(expected)
    return tuple(found)


def _choice_of(score: Score, by_end: dict[int, TokenChoice]) -> TokenChoice | None:
    """The place at which the score was written, if just one token stands there."""
    if score.status not in SCORED or score.evidence is None:
        return None
    choice = by_end.get(score.evidence.end)
    if choice is None:
        return None
    number = choice.token.lstrip(" ")
    is_there = choice.start + len(choice.token) - len(number) == score.evidence.start
    return choice if is_there and score.value is not None and _number(number) == score.value else None


def _masses(choice: TokenChoice, item: Item) -> dict[int, float]:
    """Whole numbers of the item's scale → their probabilities; with a space before it, a number is the same number."""
    masses: dict[int, float] = {}
    for token, mass in choice.alternatives:
        number = _number(token)
        if number is not None and item.minimum <= number <= item.maximum:
            masses[number] = masses.get(number, 0.0) + mass
    return masses


def _is_longer_number(choice: TokenChoice) -> bool:
    """Whether a number of several digits was, or could have been, one token: on a longer scale a 1 may then be a 1."""
    return any((_number(token) or 0) > 9 for token in (choice.token, *(token for token, _ in choice.alternatives)))


def _number(token: str) -> int | None:
    """The number that a token is, if it is one, written as numbers are (no sign, no leading zero)."""
    digits = token.strip(" ")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9 or (digits[0] == "0" and digits != "0"):
        return None
    return int(digits)
