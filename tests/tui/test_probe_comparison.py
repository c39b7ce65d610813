from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from motivtui.engine import events as told
from motivtui.tui.live_run import LiveState, LiveTrial
from motivtui.tui.probe_cells import Cell, Choices, in_order
from motivtui.tui.probe_comparison import Compared, caution, compared

CHOICES = Choices(("a", "b"), ("money", "none"), ("pre-self-report",), 3)


def trial(
    manipulation: str, repeat: int, value: float | None, model: str = "a", *, is_failed: bool = False
) -> LiveTrial:
    """A trial that has ended; without a value it was answered and gave no score."""
    score = told.ItemScore(item="motivation", value=value, status="ok" if value else "none", start=0, end=1, note="")
    return LiveTrial(
        ordinal=hash((manipulation, repeat, model)),
        attempt=1,
        model=model,
        respondent=model,
        task="probe.1",
        other_task=None,
        manipulation=manipulation,
        wording=1,
        instrument="pre-self-report",
        repeat=repeat,
        state=LiveState.FAILED if is_failed else LiveState.COMPLETE,
        scores=(score,),
        outcome="error" if is_failed else "complete",
        latency_ms=None if is_failed else 100.0 * repeat,
        output_tokens=None if is_failed else 10,
        ended_at=1.0,
    )


def line_of(lines: list[Compared], manipulation: str, model: str = "a") -> Compared:
    [found] = [one for one in lines if (one.manipulation, one.model) == (manipulation, model)]
    return found


def test_the_difference_is_over_repeats_that_have_both_scores() -> None:
    trials = [trial("none", 1, 50), trial("none", 2, None), trial("none", 3, 70)]
    trials += [trial("money", 1, 60), trial("money", 2, 99), trial("money", 3, 75)]
    money = line_of(compared(trials, CHOICES), "money")
    assert (money.n, money.score, money.difference, money.pairs) == (3, 78.0, 7.5, 2)
    none = line_of(compared(trials, CHOICES), "none")
    assert (none.n, none.replies, none.score, none.difference, none.pairs) == (2, 3, 60.0, None, 0)
    assert none.latency_ms == 200.0


def test_the_control_stands_first_and_models_apart() -> None:
    trials = [trial(name, 1, 50, model) for model in ("b", "a") for name in ("money", "none")]
    lines = compared(trials, CHOICES)
    assert [(one.model, one.manipulation) for one in lines] == [
        ("a", "none"),
        ("a", "money"),
        ("b", "none"),
        ("b", "money"),
    ]


def test_a_failed_reply_counts_as_none() -> None:
    trials = [trial("none", 1, None, is_failed=True), trial("money", 1, 80)]
    none, money = compared(trials, CHOICES)
    assert (none.replies, none.n, none.score, none.tokens) == (0, 0, None, None)
    assert (money.difference, money.pairs) == (None, 0)
    assert "No difference" in caution([none, money])


def test_what_to_think_of_few_pairs_is_said() -> None:
    def words(repeats: int, *names: str) -> str:
        return caution(compared([trial(name, n, 50) for name in names for n in range(1, repeats + 1)], CHOICES))

    assert words(1, "none", "money").startswith("One pair shows nothing")
    assert words(3, "none", "money").startswith("3 pairs at most: a hint")
    assert words(12, "none", "money").startswith("12 pairs at most, of one task")
    assert words(3, "money", "guilt").startswith("Without `none`")
    assert words(3, "none").startswith("A second condition")
    assert not caution([])


def test_a_task_that_was_only_done_has_tokens_and_no_score() -> None:
    done = trial("none", 1, None)
    done.instrument, done.scores = "execution", ()
    [line] = compared([done], Choices(("a",), ("none",), ("execution",), 1))
    assert (line.item, line.replies, line.tokens, line.score) == (None, 1, 10, None)


@given(
    st.lists(
        st.builds(
            Cell,
            st.integers(1, 99),
            st.sampled_from("abz"),
            st.sampled_from(["none", "money", "new"]),
            st.just("pre-self-report"),
            st.integers(1, 3),
        ),
        unique_by=lambda cell: cell.ordinal,
    )
)
def test_no_cell_is_lost_and_conditions_stand_side_by_side(cells: list[Cell]) -> None:
    ordered = in_order(cells, CHOICES)
    assert sorted(cell.ordinal for cell in ordered) == sorted(cell.ordinal for cell in cells)
    groups = [(cell.repeat, cell.instrument, cell.model) for cell in ordered]
    changes = sum(one != other for one, other in itertools.pairwise(groups))
    assert changes == max(0, len(set(groups)) - 1)
