"""Imported sets written as task files and read back; and an import of the published size."""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.errors import MaterialError, UsageError
from motivtui.materials import PublishedImport, load_materials, read_published, write_task_set
from motivtui.materials.category_names import PUBLISHED_NAMES
from motivtui.materials.published import COLUMNS
from motivtui.study.task import Pair, Task


def _read_back(path: Path) -> tuple[tuple[Task, ...], tuple[Pair, ...], dict[str, str]]:
    materials = load_materials([path])
    mine = {name: title for name, title in materials.families.items() if "/" in name}
    return tuple(task for task in materials.tasks.values() if task.set != "motiv"), materials.pairs, mine


def _small(prompt: str = "p") -> PublishedImport:
    task = Task("pub/1", "pub/f", ("puzzles",), prompt, "pub")
    return PublishedImport("pub", (task,), (), {"pub/f": "F"}, (), 1)


slugs = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(list("\"'\\\r\n\t[]{}=#")), min_size=1
).filter(lambda text: text.strip() != "")


@st.composite
def imports(draw: st.DrawFn) -> PublishedImport:
    """An import as `read_published` could have made it."""
    families = draw(st.lists(slugs, min_size=1, max_size=4, unique=True))
    ids = iter(draw(st.lists(slugs, min_size=12, max_size=12, unique=True)))
    names = st.lists(st.sampled_from(["puzzles", "science", "other", "brand-new"]), min_size=1, max_size=3, unique=True)
    tasks = tuple(
        Task(f"pub/{next(ids)}", f"pub/{family}", tuple(draw(names)), draw(texts), "pub")
        for family in families
        for _ in range(draw(st.integers(1, 3)))
    )
    sides = st.sampled_from(["first", "second"])
    pairs = tuple(
        Pair(first.id, second.id, "first" if draw(sides) == "first" else "second") for first, second in pairwise(tasks)
    )
    titles = {f"pub/{family}": draw(texts) for family in families}
    return PublishedImport("pub", tasks, pairs, titles, (), len(tasks))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(imported=imports())
def test_what_is_written_is_read_back_equal(tmp_path: Path, imported: PublishedImport) -> None:
    path = tmp_path / "set.toml"
    write_task_set(imported, path)
    assert _read_back(path) == (imported.tasks, imported.pairs, imported.titles)


@pytest.mark.parametrize(
    "prompt",
    ['=HYPERLINK("x")', "{0.__class__}", "{{x}}", 'x"]; drop table', "\u202eb\u202c", "k" * 10_240, "a\r\nb\r"],
)
def test_hostile_prompts_survive(tmp_path: Path, prompt: str) -> None:
    write_task_set(_small(prompt), tmp_path / "new folder" / "set.toml")
    ((task,), _, _) = _read_back(tmp_path / "new folder" / "set.toml")
    assert task.prompt.encode() == prompt.encode()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "set.toml"
    write_task_set(_small(), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MaterialError, match="No space left on device"):
        write_task_set(_small("other"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no task"):
        write_task_set(PublishedImport("pub", (), (), {}, (), 0), tmp_path / "x.toml")
    with monkeypatch.context() as smaller:
        smaller.setattr("motivtui.materials.task_set.MAX_FILE_BYTES", 2**20)
        with pytest.raises(MaterialError, match=r"takes 1\.0 MiB, a file at most 1 MiB"):
            write_task_set(_small("x" * 2**20), tmp_path / "x.toml")
    (tmp_path / "file").write_text("")
    with pytest.raises(MaterialError, match="file"):
        write_task_set(_small(), tmp_path / "file" / "x.toml")
    with pytest.raises(MaterialError, match="directory"):
        write_task_set(_small(), tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def _published_size(folder: Path) -> tuple[Path, Path]:
    """A made-up set of the published size: 264 families, 1,305 sub-tasks, 15 categories, 1,500 pairs."""
    chance = random.Random(7)
    names = [name for name in dict.fromkeys(PUBLISHED_NAMES) if name not in ALIASES]
    sizes = [5] * 258 + [3, 3, 2, 2, 2, 3]
    counts = [1] * 813 + [2] * 477 + [3] * 15
    chance.shuffle(counts)
    rows: list[list[object]] = []
    for family, size in enumerate(sizes, start=1):
        for _ in range(size):
            number = len(rows)
            main = names[number % 15]
            cell = [main, *chance.sample([name for name in names if name != main], counts[number] - 1)]
            text = f"Do thing {number} of {family}." + ' It has "quotes",\na second line and more.' * (number % 3)
            rows.append([number + 1, family, str([name.title() for name in cell]), f"Parent {family}", text])
    tasks, pairs = folder / "tasks.csv", folder / "pairs.json"
    with tasks.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    pairs.write_text(json.dumps([[chance.sample(range(len(rows)), 2), int(place >= 753)] for place in range(1500)]))
    return tasks, pairs


ALIASES = {
    "tasks a model should refuse on ethical or legal grounds",
    "tasks that need a body",
}


def test_a_set_of_the_published_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks, pairs = _published_size(tmp_path)
    categories = load_materials().categories
    begin = time.perf_counter()
    imported = read_published(tasks, pairs, set_name="published", categories=categories)
    read = time.perf_counter()
    write_task_set(imported, tmp_path / "published.toml")
    written = time.perf_counter()
    back = _read_back(tmp_path / "published.toml")
    loaded = time.perf_counter()
    with capsys.disabled():
        sys.stdout.write(
            f"\npublished size: read {1000 * (read - begin):.0f} ms, written {1000 * (written - read):.0f} ms, "
            f"loaded with the shipped library {1000 * (loaded - written):.0f} ms\n"
        )
    assert imported.problems == ()
    counts = imported.counts
    assert (counts.rows, counts.tasks, counts.families, counts.categories) == (1305, 1305, 264, 15)
    assert Counter(len(task.categories) for task in imported.tasks) == {1: 813, 2: 477, 3: 15}
    assert Counter(pair.manipulated for pair in imported.pairs) == {"first": 753, "second": 747}
    assert back == (imported.tasks, imported.pairs, imported.titles)
    assert loaded - begin < 30
