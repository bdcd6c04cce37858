"""Settings as they are written, beside what was read of them: for commands that show and check them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from attrs import field, frozen

from smsgate.config.reader import Reader, Reading
from smsgate.config.toml_file import table_of
from smsgate.config.variables import read_variables

__all__ = ["Source"]


@frozen
class Source:
    """A file, or the environment, that has valid settings."""

    path: Path | None
    """None for the environment."""
    table: Mapping[str, object] = field(repr=False)
    """As written, with secrets."""
    reading: Reading = field(repr=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return "environment" if self.path is None else str(self.path)

    @classmethod
    def read(cls, path: Path | None, environ: Mapping[str, str] | None = None) -> Self:
        """Read a file, or the environment; raise `ConfigError` with every error."""
        environ = os.environ if environ is None else environ
        if path is None:
            table = read_variables(environ)
            return cls(None, table, Reader("environment", environ, from_text=True).read(table, ()))
        table = table_of(path)
        return cls(path, table, Reader(str(path), environ, folder=path.parent).read(table, ()))
