"""The configuration file: its strict shape. Only loaded when there is such a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from motivtui.errors import ConfigError
from motivtui.settings.values import EndpointSettings
from motivtui.strict_toml import TomlFile, TomlProblem
from motivtui.study.parameters import Decoding

# \Z, not $: that would let a line end through.
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]*\Z", max_length=64)]
Variable = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\Z")]
Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Count = Annotated[int, Meta(ge=0, le=100)]
Dollars = Annotated[float, Meta(ge=0, le=1_000_000)]
RESERVED_NAMES = ("local", "scripted")


class LimitsTable(Struct, forbid_unknown_fields=True):
    """`[limits]`."""

    first_byte_s: Seconds | None = None
    idle_s: Seconds | None = None
    total_s: Seconds | None = None
    retries: Count | None = None
    disk_floor_mb: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


class EndpointTable(Struct, forbid_unknown_fields=True):
    """`[[endpoint]]`."""

    name: Name
    api_base: str
    api_key_env: Variable | None = None
    decoding: Decoding = Decoding.FREE
    input_usd_per_million: Dollars | None = None
    output_usd_per_million: Dollars | None = None


class ConfigFile(Struct, forbid_unknown_fields=True):
    """The whole file."""

    db: Text | None = None
    model: Text | None = None
    concurrency: Annotated[int, Meta(ge=1, le=1024)] | None = None
    local_slots: Annotated[int, Meta(ge=1, le=64)] | None = None
    materials: list[Text] = []
    limits: LimitsTable | None = None
    endpoint: list[EndpointTable] = []


def read_config_file(path: Path) -> ConfigFile:
    """Read the file. Raises ConfigError naming file, line and key."""
    try:
        file = TomlFile(path)
        config = file.convert(ConfigFile)
        seen: set[str] = set()
        for place, endpoint in enumerate(config.endpoint):
            if endpoint.name in RESERVED_NAMES or endpoint.name in seen:
                raise file.problem(("endpoint", place, "name"), f"{endpoint.name!r} is taken")
            seen.add(endpoint.name)
            fault = _url_fault(endpoint.api_base)
            if fault:
                raise file.problem(("endpoint", place, "api_base"), fault)
            if (endpoint.input_usd_per_million is None) != (endpoint.output_usd_per_million is None):
                fault = "a price has both input_usd_per_million and output_usd_per_million"
                raise file.problem(("endpoint", place), fault)
    except TomlProblem as problem:
        raise ConfigError(str(problem), hint="`motiv doctor` shows every setting and where it comes from.") from None
    return config


def _url_fault(url: str) -> str | None:
    """What is wrong with an endpoint's address; None: nothing. A key in it would be shown and stored: refused."""
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return "holds a space or a control character"
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not match
        is_whole = False
        parts = None
    if parts is None or not is_whole:
        return "is no address such as http://localhost:8080/v1"
    if "@" in parts.netloc:
        return "holds a user name or a password; name the key's variable in api_key_env instead"
    if parts.query or parts.fragment:
        return "holds a ? or a #; give only what stands before /chat/completions"
    return None


def endpoints_of(config: ConfigFile) -> tuple[EndpointSettings, ...]:
    """The user's endpoints."""
    return tuple(
        EndpointSettings(
            table.name,
            table.api_base.rstrip("/"),
            table.api_key_env,
            table.decoding,
            table.input_usd_per_million,
            table.output_usd_per_million,
        )
        for table in config.endpoint
    )
