"""A process of its own at work on a database.

`python -m tests.store.child open`: opens (creates, migrates) each path that arrives on stdin, says `ok` or the error.
`python -m tests.store.child write DB RUN`: after a line on stdin answers the open trials of RUN in four threads, and
names every attempt, response and score on stdout once its future is done: `attempt 12`, `response 12`, `score 12`.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from motivtui.errors import DatabaseError
from motivtui.store.queries import OpenTrial
from motivtui.store.store import Store
from tests.store.samples import complete, scores, still_open


def _say(words: str) -> None:
    os.write(1, f"{words}\n".encode())  # one write: lines of threads cannot mix, and nothing waits in a buffer


def _open() -> None:
    import sqlite_utils  # noqa: F401 (so that its import does not spread the processes in time)

    for line in sys.stdin:
        try:
            Store(Path(line.rstrip("\n"))).close()
            _say("ok")
        except DatabaseError as error:
            _say(f"{error.message} ({error.hint})")


def _write(path: Path, run: str) -> None:
    sys.stdin.readline()
    with Store(path) as store, ThreadPoolExecutor(4) as threads:
        session = store.start_session(run)

        def answer(one: OpenTrial) -> None:
            attempt = one.next_attempt
            store.add_attempt(one.id, attempt, session, "http://loopback", is_streamed=False).result()
            _say(f"attempt {one.id}")
            store.add_response(one.id, attempt, complete(), is_final=True).result()
            _say(f"response {one.id}")
            store.add_scores(one.id, attempt, scores(), 1).result()
            _say(f"score {one.id}")

        for done in [threads.submit(answer, one) for one in still_open(path, run)]:
            done.result()
        store.end_session(session, "finished")


if __name__ == "__main__":
    if sys.argv[1] == "open":
        _open()
    else:
        _write(Path(sys.argv[2]), sys.argv[3])
