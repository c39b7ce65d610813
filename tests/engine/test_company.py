"""Who is opened when, and closed when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from motivtui.conduct.conducting import Means
from motivtui.engine.company import Company
from motivtui.engine.events import EngineEvent
from motivtui.errors import MissingModelError
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.scripted import ScriptedClient
from motivtui.settings import Secret, Settings, read_settings


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    named = {"MOTIV_DATA": "data", "MOTIV_CACHE": "cache", "MOTIV_CONFIG": "config.toml"}
    return read_settings({}, {name: str(tmp_path / value) for name, value in named.items()})


def endpoints(home: Settings, *names: str) -> dict[str, Endpoint]:
    return {f"scripted/{name}": resolve(f"scripted/{name}", home) for name in names}


def ignore(_: EngineEvent) -> None:
    """Nobody wants to know."""


async def test_between_runs_everybody_stays(home: Settings) -> None:
    company = Company(ignore)
    async with company.invited(home, endpoints(home, "steady", "wordy"), Means()) as first:
        assert set(first) == {"scripted/steady", "scripted/wordy"}
    others = replace(home, concurrency=12, limits=replace(home.limits, retries=9))
    async with company.invited(others, endpoints(home, "wordy"), Means(max_cost_usd=1)) as second:
        assert set(second) == {"scripted/wordy"}
        assert second["scripted/wordy"] is first["scripted/wordy"]
    await company.close()


async def test_other_terms_or_another_key_are_another_participant(home: Settings) -> None:
    company = Company(ignore)
    models = endpoints(home, "steady")
    hasty = replace(home, limits=replace(home.limits, total_s=1.0))
    keyed = {name: replace(one, api_key=Secret("k1")) for name, one in models.items()}
    other = {name: replace(one, api_key=Secret("k2")) for name, one in models.items()}
    same = {name: replace(one, api_key=Secret("k1")) for name, one in models.items()}
    async with (
        company.invited(home, models, Means()) as one,
        company.invited(hasty, models, Means()) as two,
        company.invited(home, keyed, Means()) as three,
        company.invited(home, other, Means()) as four,
        company.invited(home, same, Means()) as five,
    ):
        found = [invited["scripted/steady"] for invited in (one, two, three, four)]
        assert len(set(map(id, found))) == 4
        assert five["scripted/steady"] is three["scripted/steady"]
    await company.close()


async def test_who_is_idle_makes_room_who_works_does_not(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    async def aclose(client: ScriptedClient) -> None:
        closed.append(client.endpoint.model)

    async def open_connections() -> None:
        raise AssertionError("nobody else is open")

    monkeypatch.setattr(ScriptedClient, "aclose", aclose)
    monkeypatch.setattr("motivtui.models.litellm_door.loading.open_connections", open_connections)
    company = Company(ignore)
    async with (
        company.invited(home, endpoints(home, "steady"), Means()),
        company.invited(home, endpoints(home, "wordy"), Means()),
    ):
        assert closed == []
    async with company.invited(home, endpoints(home, "reluctant"), Means()):
        assert closed == ["scripted/steady", "scripted/wordy"]
    await company.close()
    assert closed[2:] == ["scripted/reluctant"]


async def test_what_could_not_be_opened_is_tried_again(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def ensure_weights(_models: Path, _data: Path, name: str, _on_progress: object) -> Path:
        tried.append(name)
        raise MissingModelError(f"{name} is not here")

    monkeypatch.setattr("motivtui.engine.company.ensure_weights", ensure_weights)
    company = Company(ignore)
    steady = endpoints(home, "steady")["scripted/steady"]
    gone = {"local/gone": replace(steady, model="local/gone", kind=Kind.LOCAL)}
    for _ in range(2):
        with pytest.raises(MissingModelError, match="gone"):
            async with company.invited(home, gone | endpoints(home, "steady"), Means()):
                raise AssertionError("it cannot be open")
    assert tried == ["gone", "gone"]
    async with company.invited(home, endpoints(home, "steady"), Means()) as clients:
        assert set(clients) == {"scripted/steady"}
    await company.close()
