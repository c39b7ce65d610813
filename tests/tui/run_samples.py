"""A small database with the same runs every time: fixed ids, fixed times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from motivtui.store import run_rows, run_shelf, store
from motivtui.store.store import Store
from motivtui.study.response import ErrorKind, Usage
from motivtui.study.score import Evidence, Score, ScoreStatus
from tests.store.samples import complete, failed, planned, small_study, still_open

SMALL, PROBE, AWAY = "small1", "probe2", "away33"
HOSTILE = '{"motivation": 64, "fear": 3}\x1b[2J\x1b]52;c;aGk=\x07 [bold red]not markup[/] \u202egnol'
REPLIES = (
    '{"motivation": 72, "fear": 3}',
    HOSTILE,
    '{"motivation": 8, "fear": 1}\nÄrger with the straße',
    '{"motivation": 100, "fear": 10}',
)
VALUES = (72.0, 64.0, 8.0, 100.0)


def fix_ids_and_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run has its own name for an id, every row its own second."""
    ids: Iterator[str] = iter((SMALL, PROBE, AWAY, *(f"more{number:02}" for number in range(90))))
    monkeypatch.setattr(run_rows, "_new_id", lambda _: next(ids))
    seconds = iter(range(10**6))

    def at() -> str:
        second = next(seconds)
        return f"2026-11-24T{6 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000Z"

    for module in (run_rows, run_shelf, store):
        monkeypatch.setattr(module, "now", at)


def make_database(path: Path) -> None:
    """A study with failures and open trials, a complete probe with tags, and a run that is put away."""
    with Store(path) as opened:
        study = small_study(tasks=2, repeats=2, models=("openai/m-one", "local/m-two"), name="wages of haiku")
        answer_all(opened, planned(opened, study), left_open=3)
        probe = planned(opened, replace(small_study(1, 1, ("scripted/steady",)), name="a probe"), "probe")
        answer_all(opened, probe, failures=False)
        opened.set_tags(probe, ["pilot", "autumn"])
        away = planned(opened, replace(small_study(1, 1, ("scripted/steady",)), name="an old one"))
        opened.archive_run(away)


def answer_all(opened: Store, run: str, *, left_open: int = 0, failures: bool = True) -> None:
    """Each trial its reply, every fifth a failure after two attempts."""
    session = opened.start_session(run)
    todo = still_open(opened.path, run)
    for number, one in enumerate(todo[: len(todo) - left_open]):
        opened.add_attempt(one.id, 1, session, "http://127.0.0.1:9/v1", is_streamed=False).result()
        if failures and number % 5 == 1:
            opened.add_response(one.id, 1, failed(ErrorKind.RATE_LIMIT), is_final=False).result()
            opened.add_attempt(one.id, 2, session, "http://127.0.0.1:9/v1", is_streamed=False).result()
            opened.add_response(one.id, 2, failed(ErrorKind.SERVER), is_final=True).result()
            continue
        place = number % len(REPLIES)
        reply = complete(REPLIES[place], usage=Usage(100 + number, 20 + number), latency_ms=700.0 + 40 * number)
        opened.add_response(one.id, 1, reply, is_final=True).result()
        end = 15 + len(f"{VALUES[place]:g}")
        opened.add_scores(
            one.id,
            1,
            [
                Score("motivation", VALUES[place], ScoreStatus.OK, Evidence(15, end)),
                Score("fear", None, ScoreStatus.OUT_OF_RANGE, note="above 10"),
            ],
            1,
        ).result()
    opened.end_session(session, "interrupted" if left_open else "finished")
