"""Which programs made a run: stored with it."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from motivtui import __version__

_PACKAGES = ("litellm", "openai", "xllamacpp", "sqlite-utils", "json-repair")


def versions() -> dict[str, str]:
    """Name → version of everything that a result may hang on; what is not installed is left out."""
    found = {"motivtui": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found | {"platform": platform.platform()}
