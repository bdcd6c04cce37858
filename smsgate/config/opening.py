"""The ways to open a gateway on settings."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self, Unpack

from smsgate.config.config import Config
from smsgate.config.hooks import Hooks

__all__ = ["OpensOnSettings"]


class OpensOnSettings(ABC):
    """A gateway that is opened on a file, a mapping or the environment."""

    @classmethod
    @abstractmethod
    def from_config(cls, config: Config, **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on settings that were read before."""

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on a TOML file; raise `ConfigError` with every error in it."""
        return cls.from_config(Config.from_file(path, orders=hooks.get("orders", ())), **hooks)

    @classmethod
    def from_mapping(cls, settings: Mapping[str, object], **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on a mapping of the TOML file's shape; raise `ConfigError` with every error in it."""
        return cls.from_config(Config.from_mapping(settings, orders=hooks.get("orders", ())), **hooks)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on ``SMSGATE_CONFIG`` or ``SMSGATE_...`` variables; raise `ConfigError` with every error.

        `environ` replaces the process's environment.
        """
        return cls.from_config(Config.from_env(environ, orders=hooks.get("orders", ())), **hooks)
