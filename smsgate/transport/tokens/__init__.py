"""Where tokens that expire are kept: `kept` (as what), `store`, `file` and `redis` (where), `place` (which of them)."""

from smsgate.transport.tokens.file import FileTokenStore
from smsgate.transport.tokens.place import open_token_store
from smsgate.transport.tokens.redis import RedisTokenStore
from smsgate.transport.tokens.store import MemoryTokenStore

__all__ = ["FileTokenStore", "MemoryTokenStore", "RedisTokenStore", "open_token_store"]
