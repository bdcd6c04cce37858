"""The store of an account's token, as its settings name it."""

from __future__ import annotations

from smsgate.adapter.store_url import is_url
from smsgate.adapter.token import TokenStore
from smsgate.transport.tokens.file import FileTokenStore
from smsgate.transport.tokens.redis import RedisTokenStore
from smsgate.transport.tokens.store import MemoryTokenStore

__all__ = ["open_token_store"]


def open_token_store(place: str | None, account: str) -> TokenStore:
    """Return the store in a file, or on the server of a URL such as ``redis://host:6379/0``; None is memory.

    `account` names the token on the server: an adapter gives ``f"{self.name}/{self.provider}"``.
    """
    if place is None:
        return MemoryTokenStore()
    return RedisTokenStore(place, account) if is_url(place) else FileTokenStore(place)
