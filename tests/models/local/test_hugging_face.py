"""Against a real server on loopback that speaks the hub's protocol; the hub's library reads the environment when it is
imported, so each pull is a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.models.local import find_model, verify_weights
from motivtui.models.local.hugging_face import parse_spec

from .conftest import TINY_GGUF, Folders

COMMIT = "a" * 40
PULL = """
import json, sys
from pathlib import Path
from motivtui.errors import MotivError
from motivtui.models.local import pull_hugging_face
told = []
root = Path(sys.argv[1])
try:
    model = pull_hugging_face(root / "cache" / "models", root / "data", sys.argv[2], lambda *at: told.append(at))
    print(json.dumps({"name": model.name, "path": str(model.path), "source": model.source, "told": told}))
except MotivError as error:
    print(json.dumps({"error": type(error).__name__, "message": error.message, "hint": error.hint}))
"""


@dataclass
class Hub:
    """What the server has, by path below /resolve/main/, and every request it saw: (method, path, Authorization)."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    seen: list[tuple[str, str, str]] = field(default_factory=list)


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub
    refused: ClassVar = {
        "someone/broken": (503, ""),
        "someone/gated": (403, "GatedRepo"),
        "someone/private": (401, "RepoNotFound"),
    }

    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(None)

    def answer(self, body: bytes | None) -> None:
        """`body` None: the file itself."""
        self.hub.seen.append((self.command, self.path, self.headers.get("Authorization", "")))
        repo, _, name = self.path.removeprefix("/").partition("/resolve/main/")
        if repo in self.refused or name not in self.hub.files:
            status, code = self.refused.get(repo, (404, "EntryNotFound"))
            self.tell(status, {"X-Error-Code": code, "Content-Length": "0"} if code else {"Content-Length": "0"})
            return
        content = self.hub.files[name]
        etag = hashlib.sha256(content if name != "torn.gguf" else b"what it was").hexdigest()
        self.tell(200, {"ETag": f'"{etag}"', "Content-Length": str(len(content))})
        self.wfile.write(content if body is None else body)

    def tell(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"X-Repo-Commit": COMMIT, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        running = Answer.hub = Hub(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield running
        server.shutdown()
        thread.join()


def pull(folders: Folders, endpoint: str, spec: str, **variables: str) -> dict[str, Any]:
    """What a process that pulls `spec` says; it must say nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    variables = {"HF_ENDPOINT": endpoint, "HF_HOME": str(folders.root / "hf-home")} | variables
    ran = subprocess.run(
        [sys.executable, "-c", PULL, str(folders.root), spec],
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.count("\n") == 1, ran.stdout
    reply: dict[str, Any] = json.loads(ran.stdout)
    return reply


def test_a_file_becomes_a_model(hub: Hub, folders: Folders) -> None:
    hub.files["quant/Qwen2.5-0.5B-Q4_K_M.gguf"] = TINY_GGUF
    spec = "hf:someone/models/quant/Qwen2.5-0.5B-Q4_K_M.gguf"
    reply = pull(folders, hub.url, spec, HF_TOKEN="hf_canary")
    assert (reply["name"], reply["source"]) == ("qwen2.5-0.5b-q4_k_m", spec)
    path = Path(reply["path"])
    assert path.read_bytes() == TINY_GGUF
    assert path.is_relative_to(folders.models)
    assert path.stat().st_mode & 0o777 == 0o600
    assert reply["told"][-1] == [len(TINY_GGUF), len(TINY_GGUF)]
    assert all(0 <= done <= total for done, total in reply["told"])
    model = find_model(folders.models, folders.data, "qwen2.5-0.5b-q4_k_m")
    assert model.sha256 == hashlib.sha256(TINY_GGUF).hexdigest()
    assert verify_weights(folders.models, folders.data, model.name)
    assert {key for _, _, key in hub.seen} == {"Bearer hf_canary"}
    assert {path for _, path, _ in hub.seen} == {"/someone/models/resolve/main/quant/Qwen2.5-0.5B-Q4_K_M.gguf"}
    assert pull(folders, hub.url, spec)["name"] == model.name  # once more: nothing to do, and no objection
    assert sum(method == "GET" for method, _, _ in hub.seen) == 1
    assert "error" not in pull(folders, hub.url, spec, HF_HUB_OFFLINE="1")


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("hf:someone/models/none.gguf", "MissingModelError", "has no file none.gguf"),
        ("hf:someone/private/x.gguf", "MissingModelError", "no repository someone/private"),
        ("hf:someone/gated/x.gguf", "MissingModelError", "to those who asked"),
        ("hf:someone/broken/x.gguf", "NetworkError", "status 503"),
        ("hf:someone/models/page.gguf", "MissingModelError", "not a GGUF file"),
        ("hf:someone/models/torn.gguf", "NetworkError", "arrived damaged"),
        ("hf:someone/models/smollm2-135m.gguf", "UsageError", "built-in"),
    ],
)
def test_what_cannot_be_had(hub: Hub, folders: Folders, spec: str, error: str, words: str) -> None:
    hub.files["page.gguf"] = b"<html>log in</html>"
    hub.files["torn.gguf"] = TINY_GGUF
    reply = pull(folders, hub.url, spec)
    assert reply["error"] == error
    assert words in reply["message"]
    assert "\n" not in reply["message"]
    assert reply["hint"]
    assert not (folders.data / "models.toml").exists()


def test_no_network(folders: Folders) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    reply = pull(folders, endpoint, "hf:someone/models/x.gguf")
    assert (reply["error"], "cannot be reached" in reply["message"]) == ("NetworkError", True)
    assert "motiv models add" in reply["hint"]


def test_offline_by_the_users_wish(hub: Hub, folders: Folders) -> None:
    reply = pull(folders, hub.url, "hf:someone/models/x.gguf", HF_HUB_OFFLINE="1")
    assert reply["error"] == "NetworkError"
    assert "HF_HUB_OFFLINE" in reply["hint"]
    assert hub.seen == []


def test_a_taken_name_is_told_before_anything_is_fetched(hub: Hub, folders: Folders) -> None:
    hub.files["x.gguf"] = TINY_GGUF
    assert "error" not in pull(folders, hub.url, "hf:someone/models/x.gguf")
    hub.seen.clear()
    assert pull(folders, hub.url, "hf:another/models/X.gguf")["error"] == "UsageError"
    assert hub.seen == []


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "hf:",
        "hf:a/b",
        "hf:a/b/c.safetensors",
        "a/b/c.gguf",
        "hf:a/b/../c.gguf",
        "hf:../b/c.gguf",
        "hf:a/b//c.gguf",
        "hf:a/b/.gguf",
        "hf:a/b/c.gguf\n",
        "hf:a/b/c%2e.gguf",
        "hf:a/b/big-00001-of-00003.gguf",
    ],
)
def test_what_names_no_file(spec: str) -> None:
    with pytest.raises(UsageError):
        parse_spec(spec)


@given(st.text(st.sampled_from("hfa:/.-_gu\\%\n B1")) | st.from_regex(r"hf:[\w./]{1,30}\.gguf"))
def test_a_spec_that_is_taken_stays_inside_its_folder(spec: str) -> None:
    try:
        wanted = parse_spec(spec)
    except UsageError:
        return
    assert wanted.spec == spec
    assert Path("/models", wanted.repo, wanted.file).resolve().is_relative_to("/models")
    assert len(Path(wanted.repo).parts) == 2
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", wanted.model_name)
