"""Options that several commands have, written once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from smsgate.config import Config
from smsgate.gateway import Gateway

__all__ = ["AsJson", "ConfigFile", "ProviderName", "open_gateway", "read_config"]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of a table.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings; default: $SMSGATE_CONFIG, then smsgate.toml here."),
]
ProviderName = Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Ask this provider only.")]


def read_config(file: Path | None) -> Config:
    """Read the settings that a command is to use."""
    if file is None and not Path("smsgate.toml").exists() and any(name.startswith("SMSGATE_") for name in os.environ):
        return Config.from_env()
    return Config.from_file(file or os.environ.get("SMSGATE_CONFIG") or "smsgate.toml")


def open_gateway(file: Path | None) -> Gateway:
    """Open a gateway on the settings that a command is to use."""
    return Gateway.from_config(read_config(file))
