"""What the sources must not hold, whatever a newer Python makes of it."""

from __future__ import annotations

import re
from pathlib import Path

import motivtui

_POSSESSIVE_GROUP = re.compile(r"\)[*+?]\+|\)\{{1,2}\d*,\d*\}{1,2}\+|\(\?>")


def test_no_possessive_groups() -> None:
    """Python before 3.11.4 (Debian 12 has 3.11.2) matches them wrongly; possessive single characters are right."""
    sources = Path(motivtui.__file__).parent.rglob("*.py")
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _POSSESSIVE_GROUP.search(line) and ("re.compile" in line or 'r"' in line or "r'" in line)
    ]
    assert found == []
