"""`smsgate <adapter> login` and `renew`: the credentials of vendors where they expire."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from typing import Annotated

import typer

from smsgate.adapter.authorization import Authorization
from smsgate.adapter.credentials import AuthorisesByCode, RenewsCredentials
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.blocking.gateway import Gateway
from smsgate.blocking.provider import Provider
from smsgate.cli.error_lines import print_error
from smsgate.cli.loopback import is_loopback, listening
from smsgate.cli.options import AsJson, ConfigFile, ProviderName, open_gateway
from smsgate.cli.output import Output
from smsgate.model.errors import ConfigError
from smsgate.transport.tokens import MemoryTokenStore

__all__ = ["add_to"]

REDIRECT_URI = "http://127.0.0.1:8765/callback"
PATIENCE = 600.0
"""Seconds to wait for the person; the vendors' guides give a code 10 minutes at most."""


def add_to(app: typer.Typer, topic: str) -> None:
    """Add a group of commands for each installed adapter whose credentials expire."""
    for name in installed_adapters():
        try:
            adapter = adapter_named(name)
        except ConfigError:
            continue  # it is reported where the settings name it; other commands work without it
        renews, logs_in = issubclass(adapter, RenewsCredentials), issubclass(adapter, AuthorisesByCode)
        if not renews:
            continue
        group = typer.Typer(name=name, help=f"Credentials of {name} accounts.", no_args_is_help=True)
        group.callback()(_nothing)
        group.command("renew")(_renew(name))
        if logs_in:
            group.command("login")(_login(name))
        app.add_typer(group, rich_help_panel=topic)


def _nothing() -> None:
    """Keep a group with one command a group."""


def _renew(adapter: str) -> Callable[..., None]:
    def renew(*, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
        """Renew an account's token now, so that it does not expire while nothing is sent."""
        with open_gateway(config) as gateway:
            account = _account(gateway, adapter, provider)
            _durable(account)
            account.renew_credentials()
        _show(account, "renewed", as_json=as_json)

    return renew


def _login(adapter: str) -> Callable[..., None]:
    def login(
        *,
        provider: ProviderName = None,
        redirect_uri: Annotated[
            str, typer.Option(metavar="URL", help="Redirect URI, as registered at the vendor.")
        ] = REDIRECT_URI,
        paste: Annotated[
            bool, typer.Option("--paste", help="Without a browser here: paste the URL that the login ends at.")
        ] = False,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        """Log in on the vendor's web page and store the token in the account's token_store."""
        with open_gateway(config) as gateway:
            account = _account(gateway, adapter, provider)
            able = account.able(AuthorisesByCode, "login")
            _durable(account)
            authorization = able.authorization(redirect_uri)
            code = _pasted(authorization) if paste or not is_loopback(redirect_uri) else _brought(authorization)
            account.authorise(able.exchange(authorization, code))
        _show(account, "kept", as_json=as_json)

    return login


def _account(gateway: Gateway, adapter: str, name: str | None) -> Provider:
    if name is not None:
        return gateway.provider(name)
    accounts = [provider for provider in gateway.providers if provider.adapter.name == adapter]
    if not accounts:
        raise ConfigError(f"the settings have no {adapter} account; add a [providers.<name>] table for it")
    if len(accounts) > 1:
        names = ", ".join(provider.name for provider in accounts)
        raise ConfigError(f"the settings have {len(accounts)} {adapter} accounts ({names}); name one with --provider")
    return accounts[0]


def _durable(account: Provider) -> None:
    """Refuse what would be lost with this process."""
    able = account.able(RenewsCredentials, "renewal of credentials")
    if isinstance(able.token_store(), MemoryTokenStore):
        reason = f"providers.{account.name}.token_store is missing, so the token would be lost; set it to a file or URL"
        raise ConfigError(reason)


def _show(account: Provider, done: str, *, as_json: bool) -> None:
    rows = {"provider": account.name, "token": done}
    Output(as_json=as_json).show(rows, rows)


def _brought(authorization: Authorization) -> str:
    with listening(authorization) as wait:
        _tell(f"Open this URL and log in (without a browser on this machine, use --paste):\n{authorization.url}")
        webbrowser.open(authorization.url)
        return wait(PATIENCE)


def _pasted(authorization: Authorization) -> str:
    _tell(f"Open this URL in any browser and log in:\n{authorization.url}")
    _tell("Then paste the URL that the login ends at, or the code in it:")
    return authorization.code_from(sys.stdin.readline())


def _tell(text: str) -> None:
    """Speak to the person; standard output is for the result."""
    print_error(text)
