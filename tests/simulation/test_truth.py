"""Truths: what they refuse, what a size and a file make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from motivtui.errors import UsageError
from motivtui.simulation.design import study_of
from motivtui.simulation.truth import ModelTruth, Truth, logistic, sized, with_models, with_tasks
from motivtui.simulation.truth_file import read_truth_file, truth_text
from motivtui.study.expansion import trial_count


def a_file(folder: Path, text: str) -> Path:
    path = folder / "truth.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("size", ["small", "study", "large"])
def test_a_truth_reads_back_from_its_file(tmp_path: Path, size: str) -> None:
    assert read_truth_file(a_file(tmp_path, truth_text(sized(size)))) == sized(size)


def test_what_a_file_does_not_say_is_as_at_the_size(tmp_path: Path) -> None:
    read = read_truth_file(a_file(tmp_path, "repeats = 3\n[models.zulu]\nlevel = 40"), "study")

    assert (read.repeats, read.tasks, read.pairs) == (3, 1305, 1500)
    assert read.models == {"zulu": ModelTruth(level=40)}


def test_a_file_s_families_stand_above_the_size_s_tasks(tmp_path: Path) -> None:
    read = read_truth_file(a_file(tmp_path, "families = 12"), "study")

    assert len(study_of(read, 1).tasks) == 24


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", r"truth.toml:1: colour: unknown key"),
        ("\n[models.alpha]\nrefuses = 2", r"truth.toml:3: models.alpha.refuses: .*<= 1"),
        ("[models.alpha]\nlvel = 2", r"truth.toml:2: models.alpha.lvel: unknown key"),
        ("[models]", "needs models"),
        ("[manipulations.none]\neffect = 1", "the control"),
        ("[models.alpha.own_effects]\nluck = 1", "no manipulation 'luck'"),
        ("families = 0", "truth.toml:1: families"),
        ("this is", "truth.toml:1: not valid TOML"),
    ],
)
def test_a_file_that_is_off_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_truth_file(a_file(tmp_path, text))


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(UsageError, match="'huge' is no size"):
        sized("huge")


def test_the_study_s_size_is_the_published_one() -> None:
    study = study_of(sized("study"), 1)

    assert len(study.tasks) == 1305
    assert len({task.family for task in study.tasks}) == 264
    assert (len(study.models), len(study.pairs)) == (5, 1500)


@given(st.integers(1, 12))
def test_any_number_of_models(count: int) -> None:
    found = with_models(Truth(), count).models

    assert len(found) == count
    assert list(found)[:5] == list(Truth().models)[:count]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 200))
def test_any_number_of_tasks(count: int) -> None:
    study = study_of(with_tasks(Truth(instruments=("pre-self-report",)), count), 1)

    assert len(study.tasks) == count
    assert trial_count(study) == 5 * count * 6 * 2


@given(st.floats(0.001, 0.999))
def test_refusals_add_on_log_odds(base: float) -> None:
    truth = Truth(models={"alpha": ModelTruth(refuses=base)})

    assert truth.refusal("alpha", "mathematics", "none") == pytest.approx(base)
    assert truth.refusal("alpha", "refusal", "futility") > base
    assert 0 <= truth.missing("alpha", "refusal", "futility") <= 1


def test_log_odds_of_any_size_are_a_probability() -> None:
    assert (logistic(-1e4), logistic(0), logistic(1e4)) == (0, 0.5, 1)
    assert logistic(1.5) == pytest.approx(1 - logistic(-1.5))


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(ValidationError):
        convert({"models": {"Not/a name": {}}}, Truth)
