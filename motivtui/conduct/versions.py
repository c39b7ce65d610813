"""Which programs make a run: stored with it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from motivtui import __version__
from motivtui.store.connection import SQLITE_VERSION

_PACKAGES = ("litellm", "openai", "xllamacpp", "sqlite-utils", "json-repair")


def versions() -> dict[str, str]:
    """Name → version of everything that a result may hang on; what is not installed is left out."""
    found = {"motivtui": __version__, "python": platform.python_version(), "sqlite": SQLITE_VERSION}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found | {"platform": platform.platform()}
