"""One account's rate, shared by threads; with a file by the processes of a host, with a server by several hosts.

Requests are spread evenly: each reserves the next free slot and waits for it, first come, first served. A limit that
blocks the account when it is exceeded is so never met, however its window is counted. In reading order: `slots` (the
arithmetic), `store` (where slots are kept: memory, or the caller's own), `file` (a file that processes share),
`redis` (a server that hosts share), `place` (which of them the settings name), `transport` (waits, then asks).
"""

from smsgate.transport.pacing.file import FilePaceStore
from smsgate.transport.pacing.redis import RedisPaceStore
from smsgate.transport.pacing.store import MemoryPaceStore, PaceStore
from smsgate.transport.pacing.transport import PacedTransport

__all__ = ["FilePaceStore", "MemoryPaceStore", "PaceStore", "PacedTransport", "RedisPaceStore"]
