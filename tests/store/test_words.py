"""Words in a text, and words as tags."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.store.tags import LONGEST, clean_tag, clean_tags
from motivtui.store.words import asked_for, has_words


@pytest.mark.parametrize(
    ("text", "words", "is_there"),
    [
        ("Motivation is ÄRGER", "ärger MOTIV", True),
        ("the Straße", "strasse", True),
        ("STRASSE", "straße", True),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", True),
        (unicodedata.normalize("NFD", "écriture"), "ÉCRIT", True),
        ("one two", "two one", True),
        ("one two", "one three", False),
        ("one two", "onetwo", False),
        ("100% _sure_", "0% _s", True),
        ("anything", "  ", True),
        ("", "x", False),
    ],
)
def test_every_word_must_occur(text: str, words: str, is_there: bool) -> None:
    assert has_words(text, asked_for(words)) is is_there


@given(st.text(st.characters(), max_size=30), st.text(st.characters(), max_size=30))
def test_any_text_holds_its_own_words_and_nothing_raises(text: str, other: str) -> None:
    assert has_words(f"{text} {other}", asked_for(f"{other} {text}")) or not text.strip().isascii()
    has_words(text, asked_for(other))


def test_a_tag_is_a_few_words_on_one_line() -> None:
    assert clean_tag("  for \t Anna ") == "for Anna"
    assert clean_tags(["b", " a", "b "]) == ("b", "a")
    assert clean_tag("x" * LONGEST) == "x" * LONGEST
    for text in ("", " \n", "a,b", "x" * (LONGEST + 1), "a\x00b", "a\u202eb", "\ud800"):
        with pytest.raises(UsageError, match="tag"):
            clean_tag(text)
