"""The same as `smsgate.transport.http`, on asyncio: what a request writes and what a failure proves are from there.

In the order a request goes: `transport` (one account's requests), `connections` (those of the running event loop),
`connecting` (opens one), `connection` (one socket), `answer` (HTTP/1.1, by h11).
"""

from smsgate.model.errors import ConfigError

try:
    from smsgate.transport.http_async.transport import AsyncHttpTransport
except ModuleNotFoundError as missing:
    if missing.name != "h11":
        raise
    raise ConfigError("asyncio needs the package h11; try: pip install 'smsgate[async]'") from None

__all__ = ["AsyncHttpTransport"]
