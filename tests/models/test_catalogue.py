"""From a model id to an endpoint, or to one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.errors import MissingKeyError, MissingModelError
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Kind
from motivtui.settings import Settings, read_settings
from motivtui.study.parameters import Decoding


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "config.toml"
    config.write_text(
        '[[endpoint]]\nname = "mine"\napi_base = "http://127.0.0.1:8000/v1/"\napi_key_env = "MINE_KEY"\n'
        'decoding = "schema"\n[[endpoint]]\nname = "open"\napi_base = "http://127.0.0.1:8001/v1"\n',
        encoding="utf-8",
    )
    environment = {
        "MOTIV_CONFIG": str(config),
        "MOTIV_DATA": str(tmp_path / "data"),
        "MOTIV_CACHE": str(tmp_path / "cache"),
    }
    return read_settings(environment=environment)


def test_the_built_in_model_is_local_and_one_at_a_time(settings: Settings) -> None:
    endpoint = resolve("local/smollm2-135m", settings)
    assert endpoint.kind is Kind.LOCAL
    assert endpoint.max_concurrency == 1
    record = endpoint.defaults.as_record()
    assert record["decoding"] == "schema"
    assert {"temperature", "top_p", "top_k", "min_p", "cache_prompt"} <= set(record)


def test_a_configured_endpoint(settings: Settings) -> None:
    endpoint = resolve("mine/qwen/coder", settings, {"MINE_KEY": "canary"})
    assert endpoint.kind is Kind.CUSTOM
    assert endpoint.wire_model == "openai/qwen/coder"
    assert endpoint.api_base == "http://127.0.0.1:8000/v1"
    assert endpoint.api_key is not None
    assert endpoint.api_key.reveal() == "canary"
    assert endpoint.defaults.decoding is Decoding.SCHEMA
    assert "canary" not in repr(endpoint)


def test_an_endpoint_without_a_key_of_its_own(settings: Settings) -> None:
    assert resolve("open/m", settings, {}).api_key is not None


def test_a_missing_key_names_its_variable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingKeyError, match="MINE_KEY"):
        resolve("mine/m", settings, {})
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY") as caught:
        resolve("gpt-4o-mini", settings)
    assert "export OPENAI_API_KEY" in caught.value.hint


def test_a_litellm_model_with_its_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    endpoint = resolve("gpt-4o-mini", settings)
    assert endpoint.kind is Kind.LITELLM
    assert endpoint.lane == "openai"
    assert endpoint.defaults.decoding is Decoding.SCHEMA


@pytest.mark.parametrize("model", ["no-such-model-anywhere", "local/nope", "scripted/nope", "local/", "mine/"])
def test_unknown_models(settings: Settings, model: str) -> None:
    with pytest.raises(MissingModelError) as caught:
        resolve(model, settings, {})
    assert caught.value.hint
