"""TLS in memory, between a socket's bytes and a request's.

asyncio's own has a buffer of 256 KiB for each connection, and in releases of CPython 3.11 fails in TLS within TLS.
"""

from __future__ import annotations

import ssl

__all__ = ["Tls"]

_PIECE = 64 * 1024
"""Bytes that are deciphered at a time."""


class Tls:
    """One end of a TLS connection; what it says itself, to agree on keys or to warn, is in `outgoing`."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self.outgoing, server_hostname=host)
        self.ended = False
        """Whether the other side said that nothing follows."""

    def agree(self, data: bytes | None) -> bool:
        """Take what came, b"" for the end; return whether keys are agreed on. Raises `ssl.SSLError`."""
        if data:
            self._incoming.write(data)
        elif data is not None:
            self._incoming.write_eof()
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def seal(self, data: bytes) -> bytes:
        """Return bytes for the other side, enciphered."""
        self._object.write(data)
        return self.outgoing.read()

    def open(self, data: bytes) -> bytes:
        """Take what came, and return what of it can be deciphered. Raises `ssl.SSLError`."""
        self._incoming.write(data)
        opened = []
        try:
            while piece := self._object.read(_PIECE):
                opened.append(piece)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        return b"".join(opened)
