"""`smsgate analyse --web`: the page that counts segments, in the browser, until Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from rich.text import Text

from smsgate.adapter.price_list import PriceList
from smsgate.cli.foreground import open_page, until_interrupt, wait_for_interrupt
from smsgate.cli.options import read_config
from smsgate.cli.output import Output
from smsgate.cli.sandbox.sandbox import make_sandbox
from smsgate.config import Config
from smsgate.model.errors import ConfigError
from smsgate.model.numbers import read_number

__all__ = ["serve_segments"]

_LONGEST = 6_000
"""Octets of the page's query; aiohttp takes lines of 8,190, and some browsers' addresses are not much longer."""


def serve_segments(text: str, to: str | None, options: Mapping[str, object], config: Path | None) -> None:
    """Open the page with this text, recipient and options filled in, and serve it until Ctrl-C."""
    settings = _settings(config)
    number = read_number(to, settings.default_region) if to and settings is not None else to
    chosen = {name: "on" if value is True else value for name, value in options.items()}
    filled = {name: value for name, value in {"text": text, "to": number, **chosen}.items() if value}
    query = urlencode(filled, errors="replace")
    if len(query) > _LONGEST:
        raise ConfigError("the text is too long for the address of a page; use --web without it, and paste it there")
    with until_interrupt(), make_sandbox(0, vendors=(), prices=_prices(settings)) as server:
        url = f"{server.inbox_url}segments{'?' if query else ''}{query}"
        console = Output(as_json=False).console
        console.print(Text(url))
        console.print(Text("Press Ctrl-C to stop.", style="dim"))
        open_page(url)
        wait_for_interrupt()


def _settings(config: Path | None) -> Config | None:
    """Read the settings, where there are some: the page needs none."""
    if config is None and "SMSGATE_CONFIG" not in os.environ and not Path("smsgate.toml").exists():
        return None
    return read_config(config)


def _prices(settings: Config | None) -> dict[str, PriceList]:
    """Return the price list of each provider that has one."""
    accounts = {} if settings is None else settings.accounts
    lists = {name: account.settings.prices for name, account in accounts.items()}
    return {name: prices for name, prices in lists.items() if prices is not None}
