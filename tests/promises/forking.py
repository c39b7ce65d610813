"""A program that has everything loaded and forks a child for each command: fresh, without the imports' seconds.

Reads a JSON object a line from stdin: the command's `arguments`, its `environment`, and the file for its `output`.
Answers with the child's pid, then with its exit code.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import threading

from motivtui.cli.main import run
from motivtui.models.litellm_door.loading import close_connections, open_connections

LATE = (
    "filelock", "rich.progress", "rich.table", "sqlite_utils", "motivtui.cli.resume", "motivtui.cli.run_screen",
    "motivtui.cli.starting", "motivtui.conduct.locked_plan", "motivtui.conduct.planning", "motivtui.store.store",
)  # fmt: skip


async def load() -> None:
    """Whatever is imported by a command or at the first call is imported."""
    for name in LATE:
        importlib.import_module(name)
    await open_connections()
    await close_connections()


def child(arguments: list[str], environment: dict[str, str], output: str) -> int:
    """What the command would do in a process of its own."""
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)
    code = run(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def main() -> None:
    """Fork as long as stdin lasts."""
    asyncio.run(load())
    if threading.active_count() != 1:
        raise SystemExit("a process with threads must not fork")
    print("ready", flush=True)  # noqa: T201 (the test reads it)
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            os._exit(child(**json.loads(line)))
        print(pid, flush=True)  # noqa: T201
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
