"""The program that serves one local model over HTTP on loopback; a child of `engine`, and the one door to xllamacpp.

It reads one JSON line from stdin, prints one JSON line (`{"address": …, "pid": …}` or `{"error": …}`), serves, and ends
as soon as stdin does: so it dies with its parent, however that one died. It imports nothing of this project, because it
runs as a plain file.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

_GGUF_MAGIC = b"GGUF"


def main() -> NoReturn:
    """Serve until stdin ends."""
    # Ctrl-C reaches every process of the terminal; when to stop is the parent's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reply_descriptor = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not look like the reply
    server, reply = _serve(sys.stdin.buffer.readline())
    with suppress(BrokenPipeError), os.fdopen(reply_descriptor, "w", encoding="utf-8") as channel:
        channel.write(json.dumps(reply) + "\n")
    if server is not None:
        sys.stdin.buffer.read()
    # Without unwinding: threads of the server may be in the middle of a reply that nobody waits for.
    os._exit(0 if server is not None else 1)


def _serve(line: bytes) -> tuple[Any, dict[str, Any]]:
    """The running server (None: there is none) and the line to print."""
    try:
        request = json.loads(line)
        _check(Path(request["model"]))
        os.nice(request["nice"])
        with _dying_with_stdin():
            server = _start(request)
    except OSError as error:
        return None, {"error": f"{error.filename or 'model'}: {error.strerror or error}"}
    except (ValueError, KeyError, TypeError) as error:
        return None, {"error": f"not a request for a model: {error!r}"}
    except RuntimeError as error:
        words = f"llama.cpp cannot load {request['model']} (damaged, not for its version, or too large): {error}"
        return None, {"error": words}
    return server, {"address": server.listening_address, "pid": os.getpid()}


def _check(model: Path) -> None:
    """Say clearly what llama.cpp has only one sentence for. Raises OSError."""
    if model.is_dir():
        raise IsADirectoryError(0, "a folder, not a GGUF file", str(model))
    with model.open("rb") as file:
        if file.read(len(_GGUF_MAGIC)) != _GGUF_MAGIC:
            raise OSError(0, "not a GGUF file", str(model))


@contextmanager
def _dying_with_stdin() -> Iterator[None]:
    """Inside, the kernel ends this process when the other end of stdin closes.

    Loading a model holds the interpreter's lock, so no thread could notice that the parent is gone. The default action
    of SIGIO is to end the process on Linux and nothing on macOS, where the end comes after loading.
    """
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC)
    try:
        if _stdin_has_ended():  # before the signal was asked for
            os._exit(0)
        yield
    finally:
        fcntl.fcntl(0, fcntl.F_SETFL, flags)


def _stdin_has_ended() -> bool:
    poll = select.poll()
    poll.register(0, 0)  # a hang-up is always told
    return bool(poll.poll(0))


def _start(request: dict[str, Any]) -> Any:
    """Load the model and open the server. Raises RuntimeError."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = request["model"]
    params.model_alias = {request["alias"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [request["api_key"]]
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1
    params.offline = True
    params.n_parallel = request["slots"]
    params.n_ctx = request["n_ctx"] * request["slots"]  # llama.cpp divides it among the slots
    params.fit_params = False  # the context is as asked, whatever memory is free; loads 0.2 s faster, too
    params.cpuparams.n_threads = request["threads"]
    params.cpuparams_batch.n_threads = request["threads"]
    # A reply must not depend on the prompts before it, and prompts must not pile up in memory.
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.cache_idle_slots = False
    params.slot_prompt_similarity = 0.0
    params.n_ctx_checkpoints = 0
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
