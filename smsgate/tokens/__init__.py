"""Tokens that expire: what one is (`token`) and where it is kept (`store`, `file`); `smsgate.renewal` renews them."""

from smsgate.tokens.file import FileTokenStore
from smsgate.tokens.store import MemoryTokenStore, TokenStore
from smsgate.tokens.token import Token

__all__ = ["FileTokenStore", "MemoryTokenStore", "Token", "TokenStore"]
