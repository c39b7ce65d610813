"""What the server received and how each request ended, in memory and, if wanted, in a file of JSON lines.

The file has a `received` line the moment a request is read, before any byte of its answer, and an `ended` line later;
it survives a SIGKILL of server or client. Keys are never kept, only their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

COMPLETIONS = "/v1/chat/completions"


@dataclass(slots=True)
class Received:
    """One request. `at` and `ended_at` are `time.monotonic()` seconds, comparable between processes of one machine.

    `number` counts one server's requests from 1. `authorization` is the SHA-256 (hex) of the Authorization header's
    value, None without one. `body` is None when it was not a JSON object. `status` is None as long as no byte was
    answered, `ended_at` while the answer is under way. `client_left`: the client closed the connection before its
    answer was over. `is_elsewhere`: it arrived at the address that redirects point to.
    """

    number: int
    at: float
    method: str
    path: str
    model: str | None
    authorization: str | None
    body: dict[str, Any] | None
    is_elsewhere: bool = False
    status: int | None = None
    ended_at: float | None = None
    client_left: bool = False

    @property
    def is_call(self) -> bool:
        """Whether it is a request for a completion (which would have cost money)."""
        return self.path == COMPLETIONS and not self.is_elsewhere


class RequestLog:
    """All requests of one server, in the order they came."""

    def __init__(self, path: Path | None = None) -> None:
        self.requests: list[Received] = []
        self._path = path
        self._file: TextIOWrapper | None = None

    def open(self) -> None:
        """Open the file, if there is to be one; what it held stays."""
        if self._path is None:
            return
        is_torn = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
        self._file = self._path.open("a", encoding="utf-8", buffering=1)
        if is_torn:
            self._file.write("\n")

    def received(self, request: Received) -> None:
        """Take in a request that was just read."""
        self.requests.append(request)
        self._write({"event": "received", **asdict(request)})

    def ended(self, request: Received) -> None:
        """The answer is over, or will never be."""
        request.ended_at = time.monotonic()
        self._write(
            {
                "event": "ended",
                "number": request.number,
                "status": request.status,
                "ended_at": request.ended_at,
                "client_left": request.client_left,
            }
        )

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, event: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(event) + "\n")


def read_log(path: Path) -> list[Received]:
    """The requests in a log file, while a server writes it or after; several servers may have done so in turn.

    A line that is not finished (yet, or because the server was killed) is left out.
    """
    requests: list[Received] = []
    by_number: dict[int, Received] = {}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.pop("event") == "received":
            requests.append(Received(**event))
            by_number[requests[-1].number] = requests[-1]
            continue
        request = by_number[event["number"]]
        request.status, request.ended_at = event["status"], event["ended_at"]
        request.client_left = event["client_left"]
    return requests


def fingerprint(authorization: str | None) -> str | None:
    """The form in which an Authorization header is kept."""
    return None if authorization is None else hashlib.sha256(authorization.encode()).hexdigest()
