"""What a socket has that was not read yet, and what the other side has not received yet."""

from __future__ import annotations

import socket
import struct
import sys

from urllib3.util.wait import wait_for_read

__all__ = ["unacknowledged", "unread"]


def unread(sock: socket.socket) -> bytes | None:
    """Return None if nothing came, b"" if the other side has closed, or the first byte of what came.

    The byte is gone then: a connection that has one is not used again.
    """
    pending = getattr(sock, "pending", None)  # what TLS has deciphered already is not seen by a look at the socket
    if not (pending and pending()) and not wait_for_read(sock, timeout=0.0):
        return None
    sock.settimeout(0.0)
    try:
        return sock.recv(1)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError as error:  # a message of TLS itself, such as a session ticket, ends in "want read"
        return None if type(error).__name__ == "SSLWantReadError" else b""


if sys.platform == "linux":
    import fcntl
    import termios

    def unacknowledged(sock: socket.socket) -> int:
        """Return how many of the bytes that we wrote the other side's TCP has not confirmed.

        Right after something was read: if there are any, what was read was written before all of ours had arrived.
        """
        try:
            return int(struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)))[0])
        except (OSError, ValueError):
            return 0

else:

    def unacknowledged(sock: socket.socket) -> int:  # noqa: ARG001 - as above
        """Return 0: other systems do not tell it, or not exactly."""
        return 0
