"""The settings ``SMSGATE`` of a Django project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from attrs import evolve
from django.conf import settings

from smsgate.config import Config
from smsgate.config.variables import PREFIX
from smsgate.contrib.django.database import journal_address
from smsgate.contrib.django.test_runner import running_test
from smsgate.model.errors import ConfigError

__all__ = ["SETTING", "read_config", "read_settings", "with_database"]

SETTING = "SMSGATE"
_DJANGO = "django"
"""``journal = "django"``, or ``"django:ALIAS"``: the journal is in the project's database."""


def read_config() -> Config:
    """Return what the gateway is built from; raise `ConfigError` with every error.

    In a test ``journal = "django"`` stays as it is: `open_for_test` has another journal.
    """
    config = read_settings()
    return config if running_test() else with_database(config)


def read_settings() -> Config:
    """Read ``SMSGATE``: a mapping, or the path of a TOML file; without it the variables of the environment."""
    given: object = getattr(settings, SETTING, None)
    if given is None:
        return _from_environment()
    if isinstance(given, Mapping):
        return Config.from_mapping({name: _plain(value) for name, value in given.items()})
    if isinstance(given, str | os.PathLike):
        return Config.from_file(given)
    raise ConfigError(f"{SETTING} must be a mapping or the path of a TOML file, got {type(given).__name__}")


def with_database(config: Config) -> Config:
    """Put the journal into the project's database, where the settings say so."""
    if config.journal is None:
        return config
    word, _, alias = Path(config.journal.path).name.partition(":")
    if word != _DJANGO:
        return config
    address = journal_address(alias or "default")
    try:
        return evolve(config, journal=evolve(config.journal, path=address))
    except ValueError as error:
        raise ConfigError(f"{SETTING}: journal: DATABASES[{alias or 'default'!r}]: {error}") from None


def _from_environment() -> Config:
    if not any(name.startswith(PREFIX) for name in os.environ):
        raise ConfigError(
            f"{SETTING} is missing; set it to a mapping or the path of a TOML file, or {PREFIX}CONFIG to such a path"
        )
    return Config.from_env()


def _plain(value: object) -> object:
    """Write paths, such as ``BASE_DIR / "smsgate.db"``, as text."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return os.fspath(value) if isinstance(value, os.PathLike) else value
