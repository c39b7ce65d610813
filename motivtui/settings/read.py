"""From flags, environment, configuration file and defaults to one `Settings`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motivtui.errors import ConfigError
from motivtui.settings.values import BUILT_IN_MODEL, Limits, Settings

if TYPE_CHECKING:
    from motivtui.settings.config_file import ConfigFile

MAX_CONCURRENCY = 1024
MAX_LOCAL_SLOTS = 64


def read_settings(flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings with their sources. `flags` holds only what was given (None counts as not given).

    Raises ConfigError: a value that cannot be used, with its source.
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    env = os.environ if environment is None else environment
    from platformdirs import PlatformDirs

    folders = PlatformDirs("motivtui", appauthor=False)
    named = given.get("config") or env.get("MOTIV_CONFIG")
    config_path = _path(named, "configuration file") if named else folders.user_config_path / "config.toml"
    config = _config(config_path, is_named=bool(named))
    pick = _Picker(given, env, config, config_path)
    return Settings(
        db=_path(pick("db", "results.db"), pick.sources["db"]),
        model=str(pick("model", BUILT_IN_MODEL)),
        concurrency=_count("concurrency", pick("concurrency", 8), pick.sources["concurrency"], MAX_CONCURRENCY),
        local_slots=_count("local_slots", pick("local_slots", 1), pick.sources["local_slots"], MAX_LOCAL_SLOTS),
        limits=_limits(config),
        endpoints=_endpoints(config),
        materials=tuple(_path(one, "materials") for one in _materials(given, config)),
        config_file=config_path,
        data_folder=_path(pick("data", folders.user_data_path), pick.sources["data"]),
        cache_folder=_path(pick("cache", folders.user_cache_path), pick.sources["cache"]),
        sources=pick.sources,
    )


class _Picker:
    """Takes each setting from the first place that has it, and remembers which."""

    def __init__(
        self, flags: Mapping[str, Any], env: Mapping[str, str], config: ConfigFile | None, config_path: Path
    ) -> None:
        self.sources: dict[str, str] = {}
        self._places = flags, env, config, config_path

    def __call__(self, name: str, default: Any) -> Any:
        flags, env, config, config_path = self._places
        variable = f"MOTIV_{name.upper()}"
        from_file = getattr(config, name, None)
        if name in flags:
            value, source = flags[name], "flag"
        elif env.get(variable):
            value, source = env[variable], variable
        elif from_file is not None:
            value, source = from_file, str(config_path)
        else:
            value, source = default, "default"
        self.sources[name] = source
        return value


def _config(path: Path, *, is_named: bool) -> ConfigFile | None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if is_named:
            raise ConfigError(
                f"{path}: no such configuration file", hint="Leave it out, or name one that is there."
            ) from None
        return None
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror or error}", hint="MOTIV_CONFIG names another configuration file."
        ) from None
    from motivtui.settings.config_file import read_config_file

    return read_config_file(path)


def _path(value: Any, source: str) -> Path:
    """A path with ~ spelled out. Raises ConfigError."""
    try:
        path = Path(value).expanduser()
    except RuntimeError:
        raise ConfigError(f"{value} ({source}): nobody of that name has a home folder", hint="Spell it out.") from None
    if "\0" in str(path):
        raise ConfigError(f"path {str(path)!r} ({source}) holds a NUL character", hint="Leave it out.")
    return path


def _count(name: str, value: Any, source: str, most: int) -> int:
    text = str(value).strip()
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    if not 1 <= number <= most:
        raise ConfigError(
            f"{name} {value!r} ({source}) is not a whole number from 1 to {most}",
            hint=f"For example: {'-j 8' if name == 'concurrency' else f'{name} = 2'}",
        )
    return number


def _limits(config: ConfigFile | None) -> Limits:
    if config is None or config.limits is None:
        return Limits()
    table = config.limits
    named = {name: getattr(table, name) for name in asdict(Limits())}
    return Limits(**{name: value for name, value in named.items() if value is not None})


def _endpoints(config: ConfigFile | None) -> tuple[Any, ...]:
    if config is None:
        return ()
    from motivtui.settings.config_file import endpoints_of

    return endpoints_of(config)


def _materials(flags: Mapping[str, Any], config: ConfigFile | None) -> list[str]:
    return [*(config.materials if config else []), *flags.get("materials", ())]
