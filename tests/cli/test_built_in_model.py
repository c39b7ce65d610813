"""The whole way on the real built-in model: a probe becomes rows and a CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import platformdirs
import pytest

from tests.cli.conftest import Motiv

pytestmark = pytest.mark.local_model


def test_a_probe_on_the_built_in_model(motiv: Motiv, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTIV_CACHE", platformdirs.user_cache_dir("motivtui", appauthor=False))
    said = motiv("probe", "Write a haiku about autumn", "-c", "none,money", "-n", "2", "-i", "pre-self-report")
    assert said.code == 0, said.err
    assert said.out.count("⟦") == 4
    assert motiv("export", "-o", home / "out.csv").code == 0
    with (home / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["ok"] * 4
    for row in rows:
        assert 1 <= float(row["value"]) <= 100
        assert row["evidence"] == row["reply"][int(row["evidence_start"]) : int(row["evidence_end"])]
        assert row["decoding"] == "schema"
        assert float(row["time_to_first_token_ms"]) > 0
        assert float(row["cost_usd"]) == 0
