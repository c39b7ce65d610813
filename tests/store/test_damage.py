"""Damaged files: a DatabaseError or success, whatever is asked of them; what is refused stays as it is."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.store import Store
from motivtui.study.response import TokenChoice
from motivtui.study.token_score import TokenScore
from tests.store.old_rows import make_old
from tests.store.samples import chain_study, change, complete, failed, planned, scores, small_study, still_open

CHOICES = (TokenChoice(0, "80", (("80", 0.5), ("90", 0.25))),)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database with a bit of everything in it."""
    path = tmp_path_factory.mktemp("sound") / "results.db"
    with Store(path) as store:
        for study in (small_study(tasks=4), chain_study()):
            run = planned(store, study)
            session = store.start_session(run, {"concurrency": 8})
            for number, one in enumerate(still_open(path, run)[:-4]):
                store.add_attempt(one.id, 1, session, "http://x", is_streamed=False).result()
                response = failed() if number % 7 == 0 else complete("\ud800 text" if number % 5 == 0 else "80 " * 99)
                response = replace(response, token_choices=CHOICES)
                store.add_response(one.id, 1, response, is_final=True).result()
                store.add_scores(one.id, 1, scores(), 1, [TokenScore("motivation", 70, 9, 0.9, "sampled")]).result()
            store.requeue_failed(run)
    return path.read_bytes()


def _damaged(content: bytes, seed: int) -> bytes:
    """The content, cut off or with some bits, a page or the header changed."""
    chance = random.Random(seed)
    page = 4096
    kind = seed % 5
    if kind == 0:
        return content[: chance.choice([chance.randrange(100), chance.randrange(len(content))])]
    changed = bytearray(content)
    if kind == 1:  # in the header and the schema
        changed[chance.randrange(16, page)] ^= 1 << chance.randrange(8)
    elif kind == 2:  # a whole page
        at = page * chance.randrange(len(content) // page)
        changed[at : at + page] = bytes(page) if chance.random() < 0.5 else chance.randbytes(page)
    else:  # bits here and there; many, so that some hit what is read
        for _ in range(4 if kind == 3 else 400):
            changed[chance.randrange(16, len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _read_everything(path: Path) -> None:
    reader = open_reader(path)
    try:
        for summary in queries.run_summaries(reader):
            run = summary["run"]
            queries.run_record(reader, run)
            queries.open_session(reader, run)
            queries.instruments_of(reader, run)
            queries.open_trials(reader, run)
            queries.unscored_responses(reader, run, 2)
            queries.state_counts(reader, run)
            queries.spent_usd(reader, run)
            queries.session_options(reader, run)
            queries.final_reply(reader, 3)
            detail = queries.trial_detail(reader, run, 3)
            if detail:
                detail.scores()
        list(queries.trial_rows(reader, None))
    finally:
        reader.close()


def _write_something(path: Path) -> None:
    with Store(path) as store:
        planned(store)


def _tolerated(work: Callable[[Path], object], path: Path) -> bool:
    """Whether it was refused; anything but a DatabaseError is a failure of the test."""
    try:
        work(path)
    except DatabaseError:
        return True
    return False


def test_damaged_files_are_never_a_traceback(sound: bytes, tmp_path: Path) -> None:
    refused = 0
    for seed in range(150):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = folder / "results.db"
        content = _damaged(sound, seed)
        path.write_bytes(content)
        refused += _tolerated(_read_everything, path)
        _tolerated(integrity_problems, path)
        assert path.read_bytes() == content
        if _tolerated(lambda file: Store(file).close(), path):
            assert path.read_bytes() == content, seed
        _tolerated(_write_something, path)
        shutil.rmtree(folder)
    assert refused > 30  # the damage was real


def test_damaged_files_of_an_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.db"
    make_old(path, monkeypatch)
    old = path.read_bytes()
    for seed in range(60):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = folder / "results.db"
        content = _damaged(old, seed)
        path.write_bytes(content)
        if _tolerated(lambda file: Store(file).close(), path):
            assert path.read_bytes() == content, seed


def test_damage_is_found_by_the_check(sound: bytes, tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    path.write_bytes(sound)
    assert integrity_problems(path) == []
    path.write_bytes(_damaged(sound, 4))
    assert _tolerated(integrity_problems, path) or integrity_problems(path)


def test_a_value_that_no_version_wrote_is_damage(store: Store, db: Path) -> None:
    run = planned(store)
    change(db, "UPDATE instrument SET phase = 'before'")
    change(db, "UPDATE prompt SET messages = '[{}]'")
    reader = open_reader(db)
    try:
        with pytest.raises(DatabaseError, match="before"):
            queries.instruments_of(reader, run)
        with pytest.raises(DatabaseError, match="cannot be read"):
            queries.open_trials(reader, run)
    finally:
        reader.close()
