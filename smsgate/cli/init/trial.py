"""A question to the vendor that changes nothing, to see whether it knows the credentials."""

from __future__ import annotations

from attrs import evolve, frozen

from smsgate.blocking.gateway import Gateway
from smsgate.blocking.provider import Provider
from smsgate.config import Account, Config
from smsgate.model.errors import AuthenticationError, PermissionDeniedError, SmsgateError
from smsgate.routing.route import Route

__all__ = ["Trial", "try_account"]

DEADLINE = 20.0
"""Seconds."""
_LISTS = ("contacts", "templates", "groups", "messages")


@frozen
class Trial:
    """What came."""

    ok: bool | None
    """None where there was nothing to ask."""
    said: str


def try_account(name: str, account: Account) -> Trial:
    """Ask for the balance, or else for a list, once."""
    settings = evolve(account.settings, deadline=min(account.settings.deadline, DEADLINE), read_attempts=1)
    config = Config(accounts={name: Account(account.adapter, settings)}, route=Route(name="default", providers=(name,)))
    try:
        with Gateway.from_config(config) as gateway:
            said = _ask(gateway.provider(name))
    except (AuthenticationError, PermissionDeniedError) as error:
        return Trial(ok=False, said=f"were not accepted: {error}")
    except SmsgateError as error:
        return Trial(ok=False, said=f"cannot be tested: {error}")
    return Trial(None, "not tested: this account has nothing to ask") if said is None else Trial(ok=True, said=said)


def _ask(provider: Provider) -> str | None:
    if provider.capabilities["balance"] is not None:
        balance = provider.balance()
        return f"accepted; balance {balance.amount:,} {balance.unit}"
    for facet in _LISTS:
        if provider.capabilities[f"{facet}.list"] is not None:
            found = next(iter(getattr(provider, facet).list()), None)
            return f"accepted; {'no ' if found is None else ''}{facet} there"
    return None
