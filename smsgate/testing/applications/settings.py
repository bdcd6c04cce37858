"""The settings that an application sends with in a test, and gateways that are opened on them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from smsgate.blocking.gateway import Gateway
from smsgate.files.toml import toml_key, toml_value
from smsgate.gateway import AsyncGateway

__all__ = ["ApplicationSettings"]


class ApplicationSettings:
    """Settings of one test, as a mapping and as a file; `SMSGATE_CONFIG` names the file during the test."""

    def __init__(self, settings: Mapping[str, object], folder: Path) -> None:
        self.settings = settings
        """For `Gateway.from_mapping` and `AsyncGateway.from_mapping`."""
        self.config = folder / "smsgate.toml"
        """The file, for `Gateway.from_file` and for other processes."""
        lines = (f"{toml_key(name)} = {toml_value(value)}\n" for name, value in settings.items())
        self.config.write_text("".join(lines), encoding="utf-8")

    @cached_property
    def gateway(self) -> Gateway:
        """A gateway on these settings, opened when it is first used and closed after the test."""
        return Gateway.from_mapping(self.settings)

    @cached_property
    def async_gateway(self) -> AsyncGateway:
        """The same for asyncio (extra ``async``); close it in the test's event loop: ``async with``."""
        return AsyncGateway.from_mapping(self.settings)

    def close(self) -> None:
        """Close the gateway."""
        if "gateway" in vars(self):
            self.gateway.close()
