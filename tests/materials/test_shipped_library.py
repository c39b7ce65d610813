"""The library that comes with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.errors import MaterialError
from motivtui.materials import Materials, library, load_materials
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import Group

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
