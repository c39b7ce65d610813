"""Settings and materials of the shipped library, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motivtui.conduct.planning import Plan, plan_study
from motivtui.conduct.request import StudyRequest
from motivtui.settings import Settings, read_settings

CONFIG = """
[[endpoint]]
name = "priced"
api_base = "http://127.0.0.1:9/v1"
input_usd_per_million = 1
output_usd_per_million = 10

[[endpoint]]
name = "unpriced"
api_base = "http://127.0.0.1:9/v1"
"""

Planned = Callable[..., Plan]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    folders = {"MOTIV_CONFIG": str(config), "MOTIV_DATA": str(tmp_path / "data"), "MOTIV_CACHE": str(tmp_path / "c")}
    return read_settings({"model": "scripted/steady"}, folders)


@pytest.fixture
def planned(settings: Settings) -> Planned:
    """`planned(instruments=["all"], judges=["scripted/wordy"])` → the plan of four tasks."""

    def plan(**record: Any) -> Plan:
        return plan_study(StudyRequest.from_record({"tasks": {"limit": 4}} | record), settings)

    return plan
