"""Reply text: exact to the last character, whatever a model sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.store import Store
from motivtui.store.text import needs_escape, original, spelled_out, stored
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage
from motivtui.study.score import Evidence, Score, ScoreStatus
from tests.store.samples import complete, planned, rows, scores, small_study, still_open

ANY_TEXT = st.lists(
    st.one_of(st.integers(0, 0x10FFFF), st.integers(0xD800, 0xDFFF), st.sampled_from(list(b'\\"\0\n\r\tuxUN{}')))
).map(lambda points: "".join(map(chr, points)))

NASTY = {
    "empty": "",
    "nul": "a\0b\0",
    "emoji": "👩‍👩‍👧 80",
    "lone": "\ud800",
    "in two chunks": "\ud83d" + "\ude00",  # each half came alone; together they are no emoji
    "escapes": "\\ud800 \\n \\N{DASH} \ud800 \\",
    "json": '"\\u0041"',
    "controls": "\x1b]52;c;x\x07\x9b31m\u202e\ufeff\ufffe",
    "line ends": "a\r\nb\rc\n\u2028",
    "long": "ä" * 500_000 + "😀" * 10_000,
    "long with a surrogate": "x" * 1_000_000 + "\udfff",
}


@given(ANY_TEXT)
@settings(max_examples=500)
def test_any_text_comes_back(text: str) -> None:
    is_escaped = needs_escape(text)
    column = stored(text, is_escaped=is_escaped)
    column.encode("utf-8")  # or SQLite would not take it
    assert original(column, is_escaped=is_escaped) == text
    assert original(stored(text, is_escaped=True), is_escaped=True) == text
    assert is_escaped == any(0xD800 <= ord(sign) <= 0xDFFF for sign in text)
    spelled_out(text).encode("utf-8")
    assert is_escaped or spelled_out(text) == text


@given(ANY_TEXT, ANY_TEXT)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_from_the_database(tmp_path: Path, text: str, reasoning: str) -> None:
    path = tmp_path / "results.db"
    with Store(path) as store:
        run = planned(store, small_study(tasks=1, repeats=1, models=("m",)))
        session = store.start_session(run)
        (one, *_) = still_open(path, run)
        store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
        store.add_response(one.id, 1, complete(text, reasoning=reasoning), is_final=True).result()
        reader = open_reader(path)
        try:
            (left,) = queries.unscored_responses(reader, run, 1)
            row = next(queries.trial_rows(reader, run, {"ordinal": [one.trial.ordinal]}))
        finally:
            reader.close()
    assert (left.response.text, left.response.reasoning) == (text, reasoning)
    assert (row["reply"], row["reasoning"]) == (text, reasoning)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_texts_come_back_and_evidence_is_cut_from_the_true_text(store: Store, db: Path, name: str) -> None:
    text = NASTY[name] + " score: 85!"
    run = planned(store)
    session = store.start_session(run)
    one = still_open(db, run)[0]
    start = text.index("85")
    found = [Score("motivation", 85, ScoreStatus.OK, Evidence(start, start + 2)), scores()[1]]
    store.add_attempt(one.id, 1, session, "e", is_streamed=True).result()
    store.add_response(one.id, 1, complete(text, reasoning=NASTY[name]), is_final=True).result()
    store.add_scores(one.id, 1, [found[0], Score("fear", None, ScoreStatus.MISSING)], 1).result()
    reader = open_reader(db)
    try:
        detail = queries.trial_detail(reader, run, one.trial.ordinal)
    finally:
        reader.close()
    assert detail is not None
    by_item = {row["item"]: row for row in detail.rows}
    assert by_item["motivation"]["reply"] == text
    assert by_item["motivation"]["reasoning"] == NASTY[name]
    assert by_item["motivation"]["evidence"] == "85"
    assert by_item["fear"]["evidence"] is None
    assert {score.item: score for score in detail.scores()}["motivation"] == found[0]
    is_plain = name not in {"lone", "in two chunks", "escapes", "long with a surrogate"}
    assert rows(db, "SELECT is_escaped FROM response") == [(int(not is_plain),)]
    if is_plain:
        assert rows(db, "SELECT text FROM response") == [(text,)]


def test_odd_words_and_counts_of_a_server_do_not_stop_a_run(store: Store, db: Path) -> None:
    run = planned(store)
    session = store.start_session(run)
    one = still_open(db, run)[0]
    odd = Response(
        Outcome.ERROR,
        finish_reason="st\udcffop",
        usage=Usage(10**30, -5, 2**63 - 1),
        cost_usd=float("nan"),
        model_reported="\ud800",
        fingerprint="\0",
        error=CallError(ErrorKind.SERVER, "500: \udfff", 500),
    )
    store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
    store.add_response(one.id, 1, odd, is_final=True).result()
    store.add_scores(one.id, 1, [Score("motivation", None, ScoreStatus.ERROR, note="saw \ud800")], 1).result()
    assert rows(
        db,
        "SELECT finish_reason, input_tokens, output_tokens, reasoning_tokens, cost_usd, model_reported, fingerprint, "
        "error_message FROM response",
    ) == [("st\\udcffop", None, -5, 2**63 - 1, None, "\\ud800", "\0", "500: \\udfff")]
    assert rows(db, "SELECT note FROM score") == [("saw \\ud800",)]
