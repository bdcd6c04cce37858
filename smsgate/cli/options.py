"""Options that several commands have, written once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from smsgate.blocking.gateway import Gateway
from smsgate.blocking.provider import Provider
from smsgate.cli.verbose_log import hide_secrets
from smsgate.config import Config
from smsgate.config.variables import CONFIG, PREFIX, check_config_variable
from smsgate.journal import JournalSettings
from smsgate.model.errors import ConfigError

__all__ = [
    "AsJson",
    "Assent",
    "ConfigFile",
    "JournalPlace",
    "Limit",
    "ProviderName",
    "confirm",
    "open_account",
    "open_gateway",
    "read_config",
    "read_standard_input",
    "read_text",
    "settings_file",
    "with_journal",
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of a table.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file; default: $SMSGATE_CONFIG, then ./smsgate.toml."),
]
JournalPlace = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Journal: a file, or postgresql://user@host/database; default: the settings'."),
]
ProviderName = Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Use only this provider.")]
Assent = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Show at most N; default: all.")]


def read_text(text: str) -> str:
    """Return a text given as an argument; `-` is standard input, which must not be empty."""
    if text != "-":
        return text
    if not (read := read_standard_input()):
        raise ConfigError("the text is -, but standard input is empty; write the text to it")
    return read


def read_standard_input() -> str:
    """Return what is on standard input, without the line's end that editors and `echo` put behind it."""
    if sys.stdin is None:
        raise ConfigError("standard input is closed; give the text as an argument, or a pipe")
    try:
        read = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise ConfigError(f"standard input is not {error.encoding}; convert it, or set the locale") from None
    return read.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")


def confirm(question: str, *, yes: bool, otherwise: str = "confirm with --yes") -> None:
    """Ask before something is deleted or sent, unless `yes`; exit where the answer is no or there is no terminal."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfigError(f"cannot ask {question!r}: standard input is not a terminal; {otherwise}")
    typer.confirm(question, abort=True, err=True)


def read_config(file: Path | None) -> Config:
    """Read the settings that a command is to use."""
    path = settings_file(file)
    config = Config.from_env() if path is None else Config.from_file(path)
    hide_secrets(config)
    return config


def settings_file(file: Path | None) -> Path | None:
    """Return the file of the settings that a command is to use, or None where they are in the environment."""
    if file is not None:
        return file
    check_config_variable(os.environ)
    if named := os.environ.get(CONFIG):
        return Path(named)
    default = Path("smsgate.toml")
    return None if not default.exists() and any(name.startswith(PREFIX) for name in os.environ) else default


def with_journal(settings: Config, journal: str | None) -> Config:
    """Return the settings with the journal of `--journal`, where it was given."""
    if journal is None:
        return settings
    try:
        place = evolve(settings.journal or JournalSettings(path="-"), path=journal)
    except ValueError as error:
        raise ConfigError(f"--journal: {error}") from None
    return evolve(settings, journal=place)


def open_gateway(file: Path | None, journal: str | None = None) -> Gateway:
    """Open a gateway on the settings that a command is to use, with another journal where one is named."""
    return Gateway.from_config(with_journal(read_config(file), journal))


@contextmanager
def open_account(file: Path | None, provider: str | None) -> Iterator[Gateway | Provider]:
    """Open the provider named, or the gateway, whose contacts, groups etc. are those of the first that keeps any."""
    with open_gateway(file) as gateway:
        yield gateway if provider is None else gateway.provider(provider)
