"""The child alone, as the engine starts it: one line in, one line out, quiet, and gone when its stdin is."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from motivtui.models.local import engine

KEY = "test-key"
Child = subprocess.Popen[bytes]


@contextmanager
def child(line: bytes) -> Iterator[tuple[Child, dict[str, Any]]]:
    process = subprocess.Popen([sys.executable, "-P", str(engine._PROGRAM)], stdin=-1, stdout=-1, stderr=-1)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdin.write(line)
        process.stdin.flush()
        reply: dict[str, Any] = json.loads(process.stdout.readline())
        try:
            yield process, reply
        finally:
            process.stdin.close()
            process.wait(10)
            assert process.stdout.read() == b""
            assert process.stderr.read() == b""


def request(model: Path, **changed: Any) -> bytes:
    values = {"model": str(model), "alias": "m", "api_key": KEY, "n_ctx": 512, "slots": 1, "threads": 1, "nice": 0}
    return json.dumps(values | changed).encode() + b"\n"


def post(address: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    asked = urllib.request.Request(f"{address}/v1/chat/completions", body, headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310
        content: bytes = reply.read()
        return content


@pytest.mark.local_model
def test_it_serves_quietly_and_ends_with_stdin(smollm2: Path) -> None:
    with child(request(smollm2)) as (process, reply):
        assert reply["pid"] == process.pid
        assert reply["address"].startswith("http://127.0.0.1:")
        asked = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}
        assert post(reply["address"], json.dumps(asked).encode())
        for bad in (b"{", b"[]", json.dumps(asked | {"messages": 1}).encode()):
            with pytest.raises(urllib.error.HTTPError):
                post(reply["address"], bad)
        process.send_signal(signal.SIGINT)
        assert post(reply["address"], json.dumps(asked).encode())
    assert process.returncode == 0


@pytest.mark.local_model
def test_it_does_not_load_for_a_parent_that_is_gone(smollm2: Path) -> None:
    process = subprocess.Popen([sys.executable, "-P", str(engine._PROGRAM)], stdin=-1, stdout=-1, stderr=-1)
    assert process.communicate(request(smollm2), timeout=10) == (b"", b"")  # closes stdin at once


@pytest.mark.local_model
def test_it_ends_in_the_middle_of_loading(smollm2: Path) -> None:
    process = subprocess.Popen([sys.executable, "-P", str(engine._PROGRAM)], stdin=-1, stdout=-1, stderr=-1)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request(smollm2))
    process.stdin.flush()
    while not is_about_to_load(process):
        assert not select.select([process.stdout], [], [], 0.001)[0], "loaded without watching stdin"
    process.send_signal(signal.SIGSTOP)
    process.stdin.close()
    process.send_signal(signal.SIGCONT)
    process.stdin = None
    assert process.communicate(timeout=10) == (b"", b"")


def is_about_to_load(process: Child) -> bool:
    """Whether the kernel watches the child's stdin."""
    flags = Path(f"/proc/{process.pid}/fdinfo/0").read_text().split("flags:")[1].split()[0]
    return bool(int(flags, 8) & os.O_ASYNC)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "not a GGUF file"),
        (b"PK\3\4", "not a GGUF file"),
        (b"GGUF", "cannot load"),
        (b"GGUF" + bytes(range(256)), "cannot load"),
    ],
)
def test_files_that_cannot_be_served(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with child(request(path)) as (process, reply):
        assert words in reply["error"]
        assert str(path) in reply["error"]
    assert process.returncode == 1


def test_a_folder_cannot_be_served(tmp_path: Path) -> None:
    with child(request(tmp_path)) as (_, reply):
        assert "a folder" in reply["error"]


@pytest.mark.local_model
def test_half_a_file_cannot_be_served(smollm2: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.gguf"
    with smollm2.open("rb") as file:
        half.write_bytes(file.read(1_000_000))
    with child(request(half)) as (_, reply):
        assert "cannot load" in reply["error"]


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[]\n", b"1\n", b"\xff\n", b'{"model": 1}\n'])
def test_lines_that_are_no_request(line: bytes) -> None:
    with child(line) as (_, reply):
        assert "not a request" in reply["error"]


@pytest.mark.local_model
def test_it_is_as_nice_as_asked(smollm2: Path) -> None:
    with child(request(smollm2, nice=10)) as (process, _):
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(19, mine + 10)
