"""Which tokens may be read as whole scores."""

from __future__ import annotations

import pytest

from motivtui.extraction import extract_scores
from motivtui.extraction.token_scores import token_scores
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response, TokenChoice
from motivtui.study.token_score import TokenScore

HUNDRED = Item("motivation", "motivation")
SEVEN = Item("interest", "interest", 1, 7)


def read(text: str, *choices: TokenChoice, items: tuple[Item, ...] = (HUNDRED,)) -> tuple[TokenScore, ...]:
    response = Response(Outcome.COMPLETE, text=text, finish_reason="stop", token_choices=choices)
    return token_scores(response, items, extract_scores(response, items, ""))


def at(text: str, token: str, *alternatives: tuple[str, float]) -> TokenChoice:
    return TokenChoice(text.index(token), token, alternatives)


def test_the_expected_score_is_of_the_whole_numbers_on_the_scale() -> None:
    text = '{"motivation": 85}'
    options = (("85", 0.4), (" 85", 0.1), ("90", 0.25), ("850", 0.1), ("085", 0.05), ("high", 0.1))
    (score,) = read(text, at(text, "85", *options))
    assert (score.item, score.method) == ("motivation", "sampled")
    assert score.covered_mass == pytest.approx(0.75)
    assert score.expected == pytest.approx((85 * 0.5 + 90 * 0.25) / 0.75)
    assert score.sd == pytest.approx(((0.5 * 0.25 * 25) / 0.75**2) ** 0.5)


def test_the_token_may_begin_with_a_space() -> None:
    text = '{"motivation": 85}'
    (score,) = read(text, at(text, " 85", (" 85", 0.5), ("90", 0.5)))
    assert score.expected == 87.5


def test_a_number_of_several_tokens_has_none() -> None:
    text = '{"motivation": 85}'
    digits = (at(text, "8", ("8", 0.9), ("1", 0.1)), at(text, "5", ("5", 0.9), ("0", 0.1)))
    assert read(text, *digits) == ()


def test_one_digit_of_a_tokeniser_of_digits_is_no_whole_number() -> None:
    """The 8 that might have gone on to 85 tells nothing about 8."""
    text = '{"motivation": 5}'
    assert read(text, at(text, "5", ("5", 0.5), ("8", 0.5))) == ()
    assert read(text, at(text, "5", ("5", 0.5), ("85", 0.5)))[0].expected == 45, "but where 85 is one token, 5 is 5"


def test_on_a_scale_of_single_digits_a_digit_is_a_number() -> None:
    text = '{"interest": 5, "motivation": 85}'
    choices = (at(text, "5", ("5", 0.5), ("7", 0.25), ("9", 0.25)), at(text, "8", ("8", 1.0)))
    (score,) = read(text, *choices, items=(SEVEN, HUNDRED))
    assert (score.item, score.covered_mass) == ("interest", 0.75)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ('{"motivation": 850}', "850"),
        ("I'm sorry, I can't give 85 of anything here", "85"),
        ('{"motivation": 85.5}', "85"),
        ('{"motivation": "high"} 85', "85"),
    ],
)
def test_without_a_written_score_at_that_place_there_is_none(text: str, token: str) -> None:
    assert read(text, at(text, token, (token, 0.5), ("90", 0.5))) == ()


def test_scales_that_one_token_cannot_tell_have_none() -> None:
    text = '{"motivation": 3}'
    choice = at(text, "3", ("3", 0.5), ("-3", 0.25), ("12", 0.25))
    assert read(text, choice, items=(Item("motivation", "motivation", -3, 3),)) == ()
    assert read(text, choice, items=(Item("motivation", "motivation", 1, 5000),)) == ()


def test_alternatives_without_any_legal_number_are_none() -> None:
    text = '{"motivation": 85}'
    assert read(text, at(text, "85", ("high", 0.5), ("8" * 5000, 0.5), ("\u0668\u0665", 0.1))) == ()


def test_no_choices_no_scores() -> None:
    assert read('{"motivation": 85}') == ()
