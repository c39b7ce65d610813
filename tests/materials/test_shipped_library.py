"""The library that comes with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.errors import MaterialError
from motivtui.materials import Materials, library, load_materials
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import Group
from motivtui.study.prompt import MARKERS, Part, compose, compose_choice, compose_continued, compose_judged, fill

CATEGORIES = {
    "brainstorming",
    "creative-writing",
    "design-art",
    "language-learning",
    "logical-reasoning",
    "mathematics",
    "personal-assistance",
    "programming",
    "puzzles",
    "repetitive",
    "science",
    "summarization",
    "refusal",
    "bodily",
    "other",
}
MOTIVES = [
    "money",
    "competition",
    "legacy",
    "purpose",
    "encourage",
    "guilt",
    "punish",
    "money-loss",
    "meaningless",
    "futility",
]


@pytest.fixture(scope="module")
def materials() -> Materials:
    return load_materials()


def test_the_fifteen_categories_and_their_tasks(materials: Materials) -> None:
    assert set(materials.categories) == CATEGORIES
    assert all(title != category for category, title in materials.categories.items())
    assert {task.category for task in materials.tasks.values()} == CATEGORIES
    assert {task.set for task in materials.tasks.values()} == {"motiv"}


def test_families_of_five(materials: Materials) -> None:
    sizes: dict[str, int] = dict.fromkeys(materials.families, 0)
    for task in materials.tasks.values():
        sizes[task.family] += 1
    assert len(sizes) >= 60
    assert set(sizes.values()) == {5}
    assert len(materials.tasks) >= 300


def test_some_tasks_have_several_categories(materials: Materials) -> None:
    counts = [len(task.categories) for task in materials.tasks.values()]
    assert counts.count(2) > 10
    assert max(counts) <= 3


def test_no_prompt_twice(materials: Materials) -> None:
    prompts = [task.prompt for task in materials.tasks.values()]
    assert len(set(prompts)) == len(prompts)


def test_manipulations(materials: Materials) -> None:
    known = materials.manipulations
    placebos = [one.id for one in known.values() if one.group is Group.PLACEBO]
    assert len(placebos) == 2
    assert set(known) == {"none", *MOTIVES, *placebos}
    assert known["none"].group is Group.CONTROL
    assert {one.id: len(one.wordings) for one in known.values() if one.id != "none"} == dict.fromkeys(
        [*MOTIVES, *placebos], 3
    )
    assert all(known[name].choice_note for name in ("money", "punish", "futility"))


def test_placebos_are_as_long_as_manipulations(materials: Materials) -> None:
    lengths = [len(text.split()) for name in MOTIVES for text in materials.manipulations[name].wordings]
    for one in materials.manipulations.values():
        if one.group is Group.PLACEBO:
            assert all(min(lengths) <= len(text.split()) <= max(lengths) for text in one.wordings), one.id


def test_instruments(materials: Materials) -> None:
    assert {one.id: one.phase for one in materials.instruments.values()} == {
        "choice": Phase.CHOICE,
        "execution": Phase.EXECUTE,
        "judge": Phase.JUDGE,
        "manipulation-check": Phase.CHECK,
        "post-self-report": Phase.POST,
        "post-similar": Phase.POST,
        "pre-breakdown": Phase.PRE,
        "pre-self-report": Phase.PRE,
    }
    judge = materials.instruments["judge"]
    assert len(judge.items) == 7
    assert judge.is_strict
    assert judge.shuffles_items
    breakdown = materials.instruments["pre-breakdown"]
    assert [item.name for item in breakdown.items if item.is_reversed] == ["fear"]
    assert all(one.max_tokens >= one.score_tokens for one in materials.instruments.values())


@pytest.mark.parametrize("told", ["none", "money", "placebo-calendar"])
def test_every_instrument_composes_without_a_marker_left(materials: Materials, told: str) -> None:
    task, other = list(materials.tasks.values())[:2]
    manipulation = materials.manipulations[told]
    execution = compose(materials.instruments["execution"], task, manipulation, 1)
    for instrument in materials.instruments.values():
        if instrument.phase is Phase.CHOICE:
            messages = compose_choice(instrument, (task, other), ("", manipulation.choice_note or ""))
        elif instrument.phase is Phase.JUDGE:
            messages = compose_judged(instrument, task)
        elif instrument.needs_execution:
            messages = compose_continued(instrument, task, execution)
        else:
            messages = compose(instrument, task, manipulation, 1)
        text = "\n".join(message.text for message in fill(messages, "An answer.", "key"))
        assert not [marker for marker in MARKERS if marker in text]
        assert "\n\n\n" not in text
        assert text == text.strip()
        assert (told == "none" or instrument.phase is Phase.JUDGE) == all(
            segment.part is not Part.MANIPULATION for one in messages for segment in one.segments
        )
        assert task.prompt in text
        if instrument.items:
            assert instrument.reply_format() in text


def test_each_criterion_says_what_its_ends_mean(materials: Materials) -> None:
    for item in (*materials.instruments["judge"].items, *materials.instruments["manipulation-check"].items):
        assert (item.minimum, item.maximum) == (1, 7)
        assert "(1: " in item.question
        assert " 7: " in item.question


def test_a_choice_is_cut_where_its_answer_begins(materials: Materials) -> None:
    choice = materials.instruments["choice"]
    assert choice.stop == ("ANSWER:",)
    assert choice.template.index("{format}") < choice.template.index(choice.stop[0])


def test_the_installed_library_goes_before_a_stranger_named_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "site-packages" / "motivtui" / "materials" / "library.py"
    monkeypatch.setattr(library, "__file__", str(module))
    with pytest.raises(MaterialError, match="missing"):
        library.shipped_folder()
    checkout = tmp_path / "site-packages" / "tasks"
    checkout.mkdir(parents=True)
    assert library.shipped_folder() == checkout
    (module.parent / "library").mkdir(parents=True)
    assert library.shipped_folder() == module.parent / "library"
