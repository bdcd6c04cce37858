"""A settings file as the table that is written in it."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

from smsgate.files.text import read_text
from smsgate.model.errors import ConfigError

__all__ = ["table_of"]


def table_of(path: Path) -> dict[str, object]:
    """Read a TOML file; raise `ConfigError` for one that is not there or no TOML."""
    try:
        return tomllib.loads(read_text(path), parse_float=Decimal)
    except ConfigError as error:
        if isinstance(error.__context__, FileNotFoundError):
            raise ConfigError(
                f"{path}: no such file; `smsgate init` writes one; or name another with --config"
            ) from None
        raise
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a path with a NUL, a number of 5,000 digits, 1,000 brackets
        raise ConfigError(f"{path}: cannot be read: {error}") from None
