"""A local model as a child process: start it, know where it listens, notice that it died, stop it.

Owns that process and its key. Asks the model nothing: whoever has the address does, over HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from motivtui.errors import LocalEngineError
from motivtui.settings import Secret

READY_WITHIN_S = 60.0
_ENDS_WITHIN_S = 2.0
_KEY_BYTES = 16
_MAX_REPLY_BYTES = 64 * 1024
_MAX_WORDS = 2000
_PROGRAM = Path(__file__).with_name("server_process.py")

DEFAULT_CONTEXT = 4096
"""Tokens of context that a model is served with unless its owner said otherwise."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a local model listens: an OpenAI-compatible base URL, and the key it wants."""

    api_base: str
    api_key: Secret


def default_threads() -> int:
    """Threads for the model: every core this process may use but one.

    llama.cpp's threads wait for each other by spinning: when one of them has to share its core with anything else, all
    of them wait. With every core taken, a busy machine was measured to decode at a tenth of this.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, cores - 1)


class LocalEngine:
    """Serves one GGUF file. Use it in one event loop, and `stop` it at the end (or use it as a context).

    `n_ctx` is the context of each slot in tokens. More than one slot: a seed no longer reproduces a reply.
    """

    def __init__(
        self,
        model: Path,
        alias: str,
        *,
        threads: int,
        slots: int = 1,
        n_ctx: int = DEFAULT_CONTEXT,
        nice: int = 0,
        ready_within_s: float = READY_WITHIN_S,
    ) -> None:
        """Describe the process; `start` makes it. `alias` is the model's name in requests, `nice` the child's."""
        self._request = {
            "model": str(model),
            "alias": alias,
            "threads": threads,
            "slots": slots,
            "n_ctx": n_ctx,
            "nice": nice,
        }
        self._alias = alias
        self._ready_within_s = ready_within_s
        self._lock = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def is_running(self) -> bool:
        """Whether the child is up and has not died since."""
        return self._address is not None and self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The child's process id; None when there is none."""
        return None if self._process is None else self._process.pid

    async def start(self) -> Address:
        """The address of the running child; makes one when there is none or it died. Callers at once share it.

        Raises LocalEngineError.
        """
        async with self._lock:
            if self._address is not None and self.is_running:
                return self._address
            await self._end()
            try:
                self._address = await self._launch()
            except BaseException:  # a cancelled start must not leave a process behind
                if self._process is not None:
                    self._process.kill()
                await self._end()
                raise
            return self._address

    async def stop(self) -> None:
        """End the child, if there is one."""
        async with self._lock:
            await self._end()

    async def _launch(self) -> Address:
        """Start the child and wait until it listens."""
        key = Secret(secrets.token_hex(_KEY_BYTES))
        with tempfile.TemporaryFile() as errors:
            self._process = process = _spawn(errors)
            request = json.dumps(self._request | {"api_key": key.reveal()}).encode() + b"\n"
            try:
                async with asyncio.timeout(self._ready_within_s):
                    line = await asyncio.to_thread(_exchange, process, request)
            except TimeoutError:
                raise self._problem(
                    f"not ready within {self._ready_within_s:g} s", "A smaller model may fit."
                ) from None
            reply = _parsed(line)
            if "address" not in reply:
                raise self._problem(
                    str(reply.get("error", "")) or await asyncio.to_thread(_last_words, process, errors)
                )
        return Address(f"{reply['address']}/v1", key)

    def _problem(
        self, reason: str, hint: str = "`motiv models` shows every local model and its file."
    ) -> LocalEngineError:
        return LocalEngineError(f"local/{self._alias}: {reason}", hint=hint)

    async def _end(self) -> None:
        process, self._process, self._address = self._process, None, None
        if process is not None:
            await asyncio.to_thread(_reap, process)


def _spawn(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """The child, in a session of its own: Ctrl-C on the terminal is not for it. Raises LocalEngineError."""
    try:
        return subprocess.Popen(
            # As a file and with -P: nothing in the working directory can take a module's place.
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise LocalEngineError(f"no process could be started: {error.strerror or error}") from None


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """Send the request, wait for the reply; empty when the child ended instead. Blocks until then."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the child was started without pipes")
    with suppress(BrokenPipeError):
        process.stdin.write(request)
        process.stdin.flush()
    return process.stdout.readline(_MAX_REPLY_BYTES)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(line)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _last_words(process: subprocess.Popen[bytes], errors: IO[bytes]) -> str:
    """What a child that ended without a reply left on stderr, on one line."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ENDS_WITHIN_S)
    code = process.returncode
    end = "gave no answer" if code is None else f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _MAX_WORDS))
    words = "".join(letter if letter.isprintable() else " " for letter in errors.read().decode("utf-8", "replace"))
    return f"the process {end}. {' '.join(words.split())}".strip()


def _reap(process: subprocess.Popen[bytes]) -> None:
    """End the child, gently first, and let go of its pipes."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
