"""Requests: what was said survives every way that it goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.conduct.request import Choice, RunLimits, Sampling, StudyRequest, Tasks
from motivtui.conduct.study_file import read_study_file, write_study_file
from motivtui.errors import UsageError
from motivtui.study.parameters import Decoding

_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_lists = st.none() | st.lists(_texts, min_size=1, max_size=3).map(tuple)
_counts = st.none() | st.integers(1, 1000)
_sided = st.none() | st.sampled_from(["both", "first"])
_sampling = st.builds(
    Sampling,
    decoding=st.none() | st.sampled_from(Decoding),
    temperature=st.none() | st.floats(0, 2),
    top_p=st.none() | st.floats(0.01, 1),
    max_tokens=_counts,
)
requests = st.builds(
    StudyRequest,
    name=st.none() | _texts,
    seed=st.none() | st.integers(0, 2**31 - 1),
    models=_lists,
    judges=_lists,
    allow_self_judge=st.none() | st.booleans(),
    manipulations=_lists,
    wordings=st.none() | st.sampled_from(["rotate", "first", "all"]),
    instruments=_lists,
    repeats=_counts,
    analysis=st.none() | st.sampled_from(["robust", "replicate"]),
    token_scores=st.none() | st.booleans(),
    tasks=st.builds(Tasks, ids=_lists, categories=_lists, sets=_lists, per_category=_counts, limit=_counts),
    choice=st.builds(
        Choice,
        pairs=_counts,
        source=st.none() | st.sampled_from(["sampled", "library"]),
        orders=_sided,
        sides=_sided,
    ),
    repeats_of=st.dictionaries(_texts, st.integers(1, 1000), max_size=2),
    max_tokens_of=st.dictionaries(_texts, st.integers(1, 1000), max_size=2),
    parameters=_sampling,
    parameters_of=st.dictionaries(_texts, _sampling, max_size=2),
    limits=st.builds(
        RunLimits,
        concurrency=_counts,
        max_cost_usd=st.none() | st.floats(0, 1000),
        stream=st.none() | st.booleans(),
        idle_s=st.none() | st.floats(0.1, 1000),
    ),
)


@given(requests)
def test_a_request_survives_its_record(request: StudyRequest) -> None:
    assert StudyRequest.from_record(request.as_record()) == request


@given(requests)
def test_a_request_survives_its_file(tmp_path_factory: pytest.TempPathFactory, request: StudyRequest) -> None:
    path = tmp_path_factory.mktemp("study") / "study.toml"
    write_study_file(path, request)
    assert read_study_file(path) == request


@given(requests, requests)
def test_what_is_said_above_wins_and_what_is_not_comes_from_below(above: StudyRequest, below: StudyRequest) -> None:
    merged = above.over(below)
    assert merged.name == (below.name if above.name is None else above.name)
    assert merged.tasks.limit == (below.tasks.limit if above.tasks.limit is None else above.tasks.limit)
    assert merged.models == (below.models if above.models is None else above.models)
    assert merged.repeats_of == below.repeats_of | above.repeats_of
    assert StudyRequest().over(below) == below
    assert above.over(StudyRequest()) == above


def test_false_is_said_too() -> None:
    assert StudyRequest(token_scores=False).over(StudyRequest(token_scores=True)).token_scores is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", "1: colour: unknown key"),
        ("[tasks]\nlimits = 3", "2: tasks.limits: unknown key"),
        ("repeats = 0", "1: repeats"),
        ("repeats = true", "1: repeats"),
        ("models = 'one'", "1: models"),
        ("seed = 99999999999", "1: seed"),
        ("wordings = 'some'", "1: wordings"),
        ("[choice]\nfrom = 'x'", "2: choice.from"),
        ("[repeats_of]\nexecution = 'twice'", "2: repeats_of.execution"),
        ('[parameters_of."a/b"]\ntemperature = 9', "temperature"),
        ("[limits]\nmax_cost_usd = -1", "2: limits.max_cost_usd"),
        ("[limits]\nmax_cost_usd = nan", "2: limits.max_cost_usd"),
        ("[limits]\ntotal_s = inf", "2: limits.total_s"),
        ("[parameters]\ntemperature = nan", "2: parameters.temperature"),
        ("[tasks]\nlimit = 1\n[tasks]", "tasks: given twice"),
        ("name = 1\nname = 2", "2"),
        ("name = ", "1"),
        ("x" * 100_000, "1"),
        ("a = " + "[" * 5000, "1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_study_file(path)
    assert f"{path}:{words}" in caught.value.message or words in caught.value.message
    assert str(path) in caught.value.message


def test_materials_lie_beside_the_file_that_names_them(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text('materials = ["mine.toml"]', encoding="utf-8")
    assert read_study_file(path).materials == (str(tmp_path / "mine.toml"),)


def test_saved_materials_are_found_from_where_the_file_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "studies").mkdir()
    monkeypatch.chdir(tmp_path)
    request = StudyRequest(materials=("mine.toml", "studies/near.toml", "/far/away.toml"))
    for path in (Path("here.toml"), Path("studies/there.toml"), tmp_path / "studies" / "absolute.toml"):
        write_study_file(path, request)
        found = read_study_file(path).materials
        assert found is not None
        assert [Path(one).absolute() for one in found] == [
            tmp_path / "mine.toml",
            tmp_path / "studies/near.toml",
            Path("/far/away.toml"),
        ]
    assert 'near.toml"' in Path("studies/there.toml").read_text(encoding="utf-8")
    assert str(tmp_path / "studies") not in Path("studies/there.toml").read_text(encoding="utf-8")


def test_a_saved_file_says_what_its_tables_are_for(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    full = {
        "name": "all of it",
        "tasks": {"limit": 3},
        "choice": {"pairs": 2, "from": "library"},
        "repeats_of": {"execution": 1},
        "max_tokens_of": {"execution": 300},
        "parameters": {"temperature": 0.5},
        "parameters_of": {"openai/gpt-4o": {"top_p": 0.5}},
        "limits": {"retries": 0},
    }
    write_study_file(path, StudyRequest.from_record(full))
    lines = path.read_text(encoding="utf-8").splitlines()
    tables = [place for place, line in enumerate(lines) if line.startswith("[") and not line.startswith("[p")]
    assert len(tables) == 5
    assert all(lines[place - 1].startswith("# ") for place in tables)
    assert read_study_file(path).as_record() == full


def test_text_that_is_no_text_is_written_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    with pytest.raises(UsageError, match="not valid UTF-8"):
        write_study_file(path, StudyRequest(models=("\udcff",)))
    assert not path.exists()


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("name = 'mine'", encoding="utf-8")
    with pytest.raises(UsageError, match="there already"):
        write_study_file(path, StudyRequest())
    assert path.read_text(encoding="utf-8") == "name = 'mine'"
    with pytest.raises(UsageError):
        write_study_file(tmp_path / "no" / "folder.toml", StudyRequest())
    with pytest.raises(UsageError, match="No such file"):
        read_study_file(tmp_path / "missing.toml")
