"""What is picked, as a study request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.conduct.request import StudyRequest
from motivtui.tui.draft import Draft

FULL = Draft(models=["scripted/steady"])


def test_nothing_picked_is_the_whole_library() -> None:
    asked = FULL.request()
    assert asked.tasks.ids == ("*",)
    assert asked.tasks.per_category == 1
    assert asked.models == ("scripted/steady",)
    assert asked.manipulations == ("none",)


def test_picked_tasks_are_named() -> None:
    asked = replace(FULL, tasks=["haiku.1", "haiku.2"], per_category=None).request()
    assert (asked.tasks.ids, asked.tasks.per_category) == (("haiku.1", "haiku.2"), None)


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (replace(FULL, models=[]), "a model"),
        (replace(FULL, manipulations=[]), "a manipulation"),
        (replace(FULL, instruments=[]), "an instrument"),
    ],
)
def test_says_what_is_missing(draft: Draft, word: str) -> None:
    said = draft.missing()
    assert said is not None
    assert word in said


def test_nothing_is_missing() -> None:
    assert FULL.missing() is None


def test_every_choice_reaches_the_request() -> None:
    """A line of the design that changes nothing would be a lie."""
    plain = FULL.request()
    changed = [
        replace(FULL, tasks=["haiku.1"]),
        replace(FULL, per_category=3),
        replace(FULL, manipulations=["money"]),
        replace(FULL, instruments=["execute"]),
        replace(FULL, repeats=5),
        replace(FULL, wordings="all"),
        replace(FULL, orders="first"),
        replace(FULL, seed=4),
        replace(FULL, judge="scripted/wordy"),
        replace(FULL, judges_itself=True),
        replace(FULL, concurrency=8),
        replace(FULL, max_cost_usd=0.5),
        replace(FULL, has_token_scores=True),
        replace(FULL, models=["scripted/wordy"]),
    ]
    fields = set(FULL.__dataclass_fields__)
    touched = {name for one in changed for name in fields if getattr(one, name) != getattr(FULL, name)}
    assert touched == fields, "a new field needs a line here"
    for one in changed:
        assert one.request() != plain, one


def test_lists_are_not_shared_between_drafts() -> None:
    Draft().manipulations.append("money")
    assert Draft().manipulations == ["none"]


@given(
    st.builds(
        Draft,
        models=st.lists(st.text("abc/", min_size=1, max_size=5), min_size=1, max_size=3),
        tasks=st.lists(st.text("abc.1", min_size=1, max_size=5), max_size=3),
        per_category=st.none() | st.integers(1, 50),
        repeats=st.integers(1, 20),
        seed=st.integers(0, 9),
        concurrency=st.none() | st.integers(1, 64),
        max_cost_usd=st.none() | st.floats(0, 50),
        judge=st.none() | st.just("scripted/steady"),
        has_token_scores=st.booleans(),
    )
)
def test_every_request_survives_the_way_to_the_engine(draft: Draft) -> None:
    asked = draft.request()
    assert StudyRequest.from_record(asked.as_record()) == asked
