"""The configuration file: its strict shape. Only loaded when there is such a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from motivtui.errors import ConfigError
from motivtui.settings.values import EndpointSettings
from motivtui.strict_toml import TomlFile, TomlProblem
from motivtui.study.parameters import Decoding

Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]*$", max_length=64)]
Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=0, le=100)]
RESERVED_NAMES = ("local", "scripted")


class LimitsTable(Struct, forbid_unknown_fields=True):
    """`[limits]`."""

    first_byte_s: Seconds | None = None
    idle_s: Seconds | None = None
    total_s: Seconds | None = None
    retries: Count | None = None


class EndpointTable(Struct, forbid_unknown_fields=True):
    """`[[endpoint]]`."""

    name: Name
    api_base: Annotated[str, Meta(pattern="^https?://")]
    api_key_env: Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    decoding: Decoding = Decoding.FREE


class ConfigFile(Struct, forbid_unknown_fields=True):
    """The whole file."""

    db: str | None = None
    model: str | None = None
    concurrency: Annotated[int, Meta(ge=1, le=1024)] | None = None
    materials: list[str] = []
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
    except TomlProblem as problem:
        raise ConfigError(str(problem), hint="`motiv doctor` shows every setting and where it comes from.") from None
    return config


def endpoints_of(config: ConfigFile) -> tuple[EndpointSettings, ...]:
    """The user's endpoints."""
    return tuple(
        EndpointSettings(table.name, table.api_base.rstrip("/"), table.api_key_env, table.decoding)
        for table in config.endpoint
    )
