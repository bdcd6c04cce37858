"""Where tokens that expire are kept: `kept` (as what), `store` and `file` (where)."""

from smsgate.transport.tokens.file import FileTokenStore
from smsgate.transport.tokens.store import MemoryTokenStore

__all__ = ["FileTokenStore", "MemoryTokenStore"]
