from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from motivtui.errors import LocalEngineError
from motivtui.models.local.engine import Address, LocalEngine, default_threads
from motivtui.settings import Secret

SCHEMA = {
    "type": "object",
    "properties": {"motivation": {"type": "integer", "minimum": 0, "maximum": 100}},
    "required": ["motivation"],
    "additionalProperties": False,
}


@pytest.fixture
async def engine(smollm2: Path) -> AsyncIterator[LocalEngine]:
    made = LocalEngine(smollm2, "smollm2-135m", threads=1, n_ctx=1024)
    yield made
    await made.stop()


def ask_now(address: Address, prompt: str, **more: Any) -> str:
    body = {
        "model": "smollm2-135m",
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": 12,
        "temperature": 0.8,
        "seed": 11,
        "cache_prompt": False,
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {address.api_key.reveal()}"}
    data = json.dumps(body | more).encode()
    asked = urllib.request.Request(f"{address.api_base}/chat/completions", data, headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310
        text: str = json.load(reply)["choices"][0]["message"]["content"]
        return text


async def ask(address: Address, prompt: str, **more: Any) -> str:
    return await asyncio.to_thread(ask_now, address, prompt, **more)


def ends(process_id: int, within_s: float) -> bool:
    """Whether a process that is running now ends within that time."""
    handle = os.pidfd_open(process_id)
    try:
        return bool(select.select([handle], [], [], within_s)[0])
    finally:
        os.close(handle)


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def is_up(engine: LocalEngine) -> bool:
    return engine.is_running  # called anew each time, also in mypy's eyes


def proc_texts(process_id: int | None) -> str:
    return "".join(Path(f"/proc/{process_id}/{name}").read_text() for name in ("cmdline", "environ"))


async def started_pid(engine: LocalEngine) -> int:
    """The child's id as soon as there is one, long before it is ready."""
    while engine.pid is None:
        await asyncio.sleep(0)
    return engine.pid


@pytest.mark.local_model
async def test_it_answers_in_a_schema(engine: LocalEngine) -> None:
    address = await engine.start()
    assert is_up(engine)
    form = {"type": "json_schema", "json_schema": {"name": "report", "strict": True, "schema": SCHEMA}}
    reply = json.loads(await ask(address, "How motivated are you to sweep?", response_format=form, max_tokens=60))
    assert 0 <= reply["motivation"] <= 100


@pytest.mark.local_model
async def test_only_the_key_opens_it_and_the_key_does_not_show(engine: LocalEngine) -> None:
    address = await engine.start()
    key = address.api_key.reveal()
    assert len(bytes.fromhex(key)) == 16
    for wrong in ("", "wrong", key.upper() + "0"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            await ask(Address(address.api_base, Secret(wrong)), "Hi")
        assert caught.value.code == 401
        caught.value.close()
    shown = repr(address) + repr(engine) + str(vars(engine))
    shown += await asyncio.to_thread(proc_texts, engine.pid)
    assert key not in shown


@pytest.mark.local_model
async def test_callers_at_once_share_one_child(engine: LocalEngine) -> None:
    addresses = await asyncio.gather(*(engine.start() for _ in range(5)))
    assert len({address.api_key.reveal() for address in addresses}) == 1
    assert await engine.start() == addresses[0]


@pytest.mark.local_model
async def test_a_dead_child_is_noticed_and_made_anew(engine: LocalEngine) -> None:
    before = await engine.start()
    killed = await started_pid(engine)
    os.kill(killed, signal.SIGKILL)
    assert await asyncio.to_thread(ends, killed, 10)
    assert not is_up(engine)
    after = await engine.start()
    assert is_up(engine)
    assert after.api_key.reveal() != before.api_key.reveal()
    assert await ask(after, "Hi")


@pytest.mark.local_model
async def test_stop_leaves_no_process_and_may_come_twice(smollm2: Path) -> None:
    engine = LocalEngine(smollm2, "m", threads=1)
    await engine.stop()
    async with engine:
        process_id = await started_pid(engine)
        assert is_up(engine)
    assert not is_up(engine)
    assert engine.pid is None
    assert not is_there(process_id)
    await engine.stop()


@pytest.mark.local_model
async def test_a_cancelled_start_leaves_no_process(engine: LocalEngine) -> None:
    starting = asyncio.create_task(engine.start())
    process_id = await started_pid(engine)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not is_there(process_id)
    assert (await engine.start()).api_base


@pytest.mark.local_model
async def test_a_child_that_hangs_is_given_up(smollm2: Path) -> None:
    engine = LocalEngine(smollm2, "slow", threads=1, ready_within_s=0.5)
    starting = asyncio.create_task(engine.start())
    process_id = await started_pid(engine)
    os.kill(process_id, signal.SIGSTOP)
    with pytest.raises(LocalEngineError, match=r"local/slow: not ready within 0\.5 s"):
        await starting
    assert not is_there(process_id)


@pytest.mark.local_model
async def test_a_child_that_dies_while_loading_is_told(engine: LocalEngine) -> None:
    starting = asyncio.create_task(engine.start())
    os.kill(await started_pid(engine), signal.SIGKILL)
    with pytest.raises(LocalEngineError, match="ended by signal 9"):
        await starting
    assert not is_up(engine)


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b"PK", "not a GGUF"), (b"GGUF", "llama.cpp")])
async def test_the_childs_own_words(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "own.gguf"
    if content is not None:
        path.write_bytes(content)
    engine = LocalEngine(path, "own", threads=1)
    with pytest.raises(LocalEngineError, match=words) as caught:
        await engine.start()
    assert caught.value.message.startswith("local/own: ")
    assert "\n" not in caught.value.message
    assert engine.pid is None


async def test_a_child_that_cannot_run_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('no json here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(LocalEngineError, match=r"ended with code 1\. no json here"):
        await LocalEngine(tmp_path / "own.gguf", "own", threads=1).start()


async def test_the_working_directory_cannot_take_a_modules_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('no json here')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LocalEngineError, match="No such file"):
        await LocalEngine(tmp_path / "own.gguf", "own", threads=1).start()


PARENT = """
import asyncio, sys
from pathlib import Path
from motivtui.models.local.engine import LocalEngine

async def main():
    engine = LocalEngine(Path(sys.argv[1]), "m", threads=1)
    starting = asyncio.create_task(engine.start())
    while engine.pid is None:
        await asyncio.sleep(0)
    print(engine.pid, flush=True)
    await starting
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.local_model
@pytest.mark.parametrize("is_ready", [True, False])
def test_the_child_dies_with_its_parent(smollm2: Path, is_ready: bool) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(smollm2)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent:
        process_id = int(parent.stdout.readline())
        if is_ready:
            assert parent.stdout.readline() == b"ready\n"
        handle = os.pidfd_open(process_id)
        parent.kill()
        assert select.select([handle], [], [], 1.0)[0]
        os.close(handle)


@pytest.mark.local_model
async def test_a_seed_gives_the_same_reply_whatever_was_asked_between(engine: LocalEngine) -> None:
    address = await engine.start()
    prompt = "How motivated are you to write a poem about the sea?"
    first = await ask(address, prompt)
    for between in ("Name three rivers.", "How motivated are you to write a poem about the moon?", prompt):
        await ask(address, between, seed=5)
        assert await ask(address, prompt) == first
    assert await ask(address, prompt, seed=12) != first
    await engine.stop()
    assert await ask(await engine.start(), prompt) == first


def test_threads_keep_to_the_cores_of_this_process() -> None:
    cores = len(os.sched_getaffinity(0))
    assert default_threads() == max(1, cores - 1)
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from motivtui.models.local.engine import default_threads as threads\n"
        "print(threads())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"
