"""Settings: flags over environment over file over defaults, each with its source."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from motivtui.errors import ConfigError
from motivtui.settings import EndpointSettings, Limits, Settings, read_settings
from motivtui.settings.values import BUILT_IN_MODEL
from motivtui.study.parameters import Decoding


def config(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(
    file: Path | None = None, flags: Mapping[str, Any] | None = None, env: Mapping[str, str] | None = None
) -> Settings:
    """Settings read from what is given alone, whatever the machine's own environment says."""
    return read_settings(flags, dict(env or {}) | ({"MOTIV_CONFIG": str(file)} if file else {}))


@pytest.fixture(autouse=True)
def no_configuration_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


FILE = "db = 'file.db'\nmodel = 'file/model'\nconcurrency = 3\n"
ENV = {"MOTIV_DB": "env.db", "MOTIV_MODEL": "env/model", "MOTIV_CONCURRENCY": "4"}
FLAGS = {"db": Path("flag.db"), "model": "flag/model", "concurrency": 5}


def test_defaults(tmp_path: Path) -> None:
    found = read()
    assert (found.db, found.model, found.concurrency) == (Path("results.db"), BUILT_IN_MODEL, 8)
    assert (found.limits, found.endpoints, found.materials) == (Limits(), (), ())
    assert found.config_file == tmp_path / "no-config/motivtui/config.toml"
    assert set(found.sources.values()) == {"default"}
    assert found.sources.keys() >= {"db", "model", "concurrency", "data", "cache"}


def test_the_file_comes_before_the_defaults(tmp_path: Path) -> None:
    path = config(tmp_path, FILE)
    found = read(path)
    assert (found.db, found.model, found.concurrency) == (Path("file.db"), "file/model", 3)
    assert {found.sources[name] for name in ("db", "model", "concurrency")} == {str(path)}
    assert found.config_file == path


def test_the_file_in_the_usual_place_is_read(tmp_path: Path) -> None:
    place = tmp_path / "no-config/motivtui"
    place.mkdir(parents=True)
    path = config(place, FILE)
    assert read().sources["db"] == str(path)


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    found = read(config(tmp_path, FILE), env=ENV)
    assert (found.db, found.model, found.concurrency) == (Path("env.db"), "env/model", 4)
    assert (found.sources["db"], found.sources["concurrency"]) == ("MOTIV_DB", "MOTIV_CONCURRENCY")


def test_flags_come_first(tmp_path: Path) -> None:
    found = read(config(tmp_path, FILE), FLAGS, ENV)
    assert (found.db, found.model, found.concurrency) == (Path("flag.db"), "flag/model", 5)
    assert {found.sources[name] for name in FLAGS} == {"flag"}


def test_a_flag_that_was_not_given_and_an_empty_variable_count_for_nothing(tmp_path: Path) -> None:
    path = config(tmp_path, "concurrency = 3\n")
    found = read(path, {"concurrency": None}, {"MOTIV_CONCURRENCY": ""})
    assert (found.concurrency, found.sources["concurrency"]) == (3, str(path))
    assert read_settings({}, {"MOTIV_CONFIG": ""}).sources["db"] == "default"


def test_each_setting_is_taken_from_its_own_place(tmp_path: Path) -> None:
    path = config(tmp_path, FILE)
    found = read(path, {"db": "flag.db"}, {"MOTIV_CONCURRENCY": "4", "MOTIV_DATA": "/data", "MOTIV_CACHE": "/cache"})
    assert found.sources == {
        "db": "flag",
        "model": str(path),
        "concurrency": "MOTIV_CONCURRENCY",
        "local_slots": "default",
        "data": "MOTIV_DATA",
        "cache": "MOTIV_CACHE",
    }
    assert (found.materials_folder, found.models_folder) == (Path("/data/materials"), Path("/cache/models"))


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTIV_DB", "from-process.db")
    assert read_settings().db == Path("from-process.db")


def test_everything_that_a_file_can_hold(tmp_path: Path) -> None:
    text = """
    materials = ["~/mine", "here.toml"]
    [limits]
    first_byte_s = 5
    retries = 0
    [[endpoint]]
    name = "lab-1"
    api_base = "http://[::1]:8080/v1/"
    api_key_env = "LAB_KEY"
    decoding = "schema"
    [[endpoint]]
    name = "other"
    api_base = "https://example.org"
    """
    found = read(config(tmp_path, text), {"materials": ["flag.toml"]})
    assert found.limits == Limits(first_byte_s=5.0, retries=0)
    assert found.endpoints == (
        EndpointSettings("lab-1", "http://[::1]:8080/v1", "LAB_KEY", Decoding.SCHEMA),
        EndpointSettings("other", "https://example.org", None, Decoding.FREE),
    )
    assert found.materials == (tmp_path / "home/mine", Path("here.toml"), Path("flag.toml"))


@pytest.mark.parametrize("value", ["0", "-1", "1025", "eight", "8.5", "1e2", "1_0", "٣", "nan", "9" * 5000, "8 9"])
def test_a_bad_concurrency_names_its_source(value: str) -> None:
    with pytest.raises(ConfigError, match=r"concurrency .* \(MOTIV_CONCURRENCY\) is not a whole number from 1 to 1024"):
        read(env={"MOTIV_CONCURRENCY": value})
    with pytest.raises(ConfigError, match=r"\(flag\) is not a whole number"):
        read(flags={"concurrency": value})


@pytest.mark.parametrize("value", [0, -3, 1025, 2.5, True])
def test_a_bad_concurrency_of_a_flag(value: object) -> None:
    with pytest.raises(ConfigError, match=r"\(flag\) is not a whole number"):
        read(flags={"concurrency": value})


@pytest.mark.parametrize("value", [1, 1024, " 16 "])
def test_a_good_concurrency(value: object) -> None:
    assert read(flags={"concurrency": value}).concurrency == int(str(value))


ENDPOINT = "[[endpoint]]\nname = 'a'\napi_base = 'http://a'\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("db = 'x'\nconcurency = 3\n", 2, "concurency", "unknown key"),
        ("concurrency = 0\n", 1, "concurrency", ">= 1"),
        ("\nconcurrency = 1025\n", 2, "concurrency", "<= 1024"),
        ("concurrency = true\n", 1, "concurrency", "Expected `int`, got `bool`"),
        ("db = ''\n", 1, "db", "length >= 1"),
        ("materials = [\n'a',\n3]\n", 3, "materials[2]", "Expected `str`"),
        ("[limits]\nidle_s = 1\ntotal = 3\n", 3, "limits.total", "unknown key"),
        ("[limits]\nidle_s = 0\n", 2, "limits.idle_s", "> 0"),
        ("[limits]\ntotal_s = inf\n", 2, "limits.total_s", "<= 86400"),
        ("[limits]\ntotal_s = nan\n", 2, "limits.total_s", "> 0"),
        ("[limits]\nretries = -1\n", 2, "limits.retries", ">= 0"),
        ("[limits]\nretries = 1.5\n", 2, "limits.retries", "Expected `int`, got `float`"),
        ("db = 'a'\nmodel = 'b'\ndb = 'c'\n", 3, "db", "given twice, first on line 1"),
        (ENDPOINT + "api_key = 'sk-canary'\n", 4, "endpoint[1].api_key", "unknown key"),
        (ENDPOINT + ENDPOINT, 5, "endpoint[2].name", "'a' is taken"),
        (ENDPOINT.replace("'a'", "'local'", 1), 2, "endpoint[1].name", "'local' is taken"),
        (ENDPOINT.replace("'a'", "'scripted'", 1), 2, "endpoint[1].name", "'scripted' is taken"),
        (ENDPOINT.replace("'a'", "'A b'", 1), 2, "endpoint[1].name", "regex"),
        (ENDPOINT.replace("'a'", '"a\\n"', 1), 2, "endpoint[1].name", "regex"),
        (ENDPOINT + "api_key_env = 'MY KEY'\n", 4, "endpoint[1].api_key_env", "regex"),
        (ENDPOINT + "decoding = 'json'\n", 4, "endpoint[1].decoding", "json"),
        ("[[endpoint]]\nname = 'a'\n", 1, "endpoint[1]", "missing key `api_base`"),
        ("db = [\n", 1, "", "not valid TOML"),
    ],
)
def test_a_fault_of_the_file_names_file_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, reason: str
) -> None:
    path = config(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read(path)
    place = f"{path}:{line}: {key}: " if key else f"{path}:{line}: "
    assert caught.value.message.startswith(place)
    assert reason in caught.value.message.removeprefix(place)
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8080",
        "ftp://host/v1",
        "http://",
        "http:///v1",
        "http://host:port/v1",
        "http://host:99999/v1",
        "http://host:0/v1",
        "http://[::1/v1",
        "http://ho st/v1",
        "http://host/v1 ",
        "http://host/v1\\n",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://host/v1?key=sk-canary",
        "http://host/v1#x",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(tmp_path: Path, url: str) -> None:
    path = config(tmp_path, f'[[endpoint]]\nname = "a"\napi_base = "{url}"\n')
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert caught.value.message.startswith(f"{path}:3: endpoint[1].api_base: ")


def test_a_key_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = config(tmp_path, '[[endpoint]]\nname = "a"\napi_base = "https://user:sk-canary@host/v1"\n')
    with pytest.raises(ConfigError, match="api_key_env") as caught:
        read(path)
    assert "sk-canary" not in caught.value.message + caught.value.hint


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    for flags, env in (({"config": missing}, {}), ({}, {"MOTIV_CONFIG": str(missing)})):
        with pytest.raises(ConfigError, match=r"missing\.toml: no such configuration file") as caught:
            read_settings(flags, env)
        assert caught.value.hint


def test_a_folder_as_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Is a directory"):
        read(tmp_path)


def test_a_file_that_may_not_be_looked_at_is_an_error() -> None:
    with pytest.raises(ConfigError, match="File name too long"):
        read(Path("/" + "x" * 300))


def test_home_folders_are_spelled_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    config(home, "db = '~/file.db'\n")
    found = read_settings({}, {"MOTIV_CONFIG": "~/config.toml", "MOTIV_DATA": "~/data", "MOTIV_CACHE": "~/cache"})
    assert (found.db, found.data_folder, found.cache_folder) == (home / "file.db", home / "data", home / "cache")


@pytest.mark.parametrize("value", ["~nobody-of-this-name/x.db", "a\0b"])
def test_a_path_that_cannot_be_is_an_error_with_its_source(value: str) -> None:
    with pytest.raises(ConfigError, match="MOTIV_DB"):
        read(env={"MOTIV_DB": value})


@pytest.mark.parametrize("has_file", [False, True])
def test_msgspec_is_only_loaded_for_a_file(tmp_path: Path, *, has_file: bool) -> None:
    config(tmp_path, FILE)
    code = "import sys; from motivtui.settings import read_settings; read_settings(); print('msgspec' in sys.modules)"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    if has_file:
        environment["MOTIV_CONFIG"] = str(tmp_path / "config.toml")
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(has_file)


def test_slots_and_prices_and_the_disk_floor(tmp_path: Path) -> None:
    text = """
    local_slots = 2
    [limits]
    disk_floor_mb = 5
    [[endpoint]]
    name = "mine"
    api_base = "http://localhost:1/v1"
    input_usd_per_million = 0.5
    output_usd_per_million = 2
    """
    found = read(config(tmp_path, text))
    assert (found.local_slots, found.limits.disk_floor_mb) == (2, 5)
    endpoint = found.endpoints[0]
    assert (endpoint.input_usd_per_million, endpoint.output_usd_per_million) == (0.5, 2)
    assert read(env={"MOTIV_LOCAL_SLOTS": "4"}).local_slots == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("local_slots = 0", "local_slots"),
        ("[limits]\ndisk_floor_mb = -1", "disk_floor_mb"),
        ("[[endpoint]]\nname = 'a'\napi_base = 'http://a/v1'\ninput_usd_per_million = 1", "both"),
        (
            (
                "[[endpoint]]\nname = 'a'\napi_base = 'http://a/v1'\n"
                "input_usd_per_million = -1\noutput_usd_per_million = 1"
            ),
            "input_usd_per_million",
        ),
    ],
)
def test_slots_and_prices_that_cannot_be(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(config(tmp_path, text))
