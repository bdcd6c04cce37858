"""No vendor: messages are kept in memory, or written to the terminal, for tests and development."""

from smsgate_memory.adapter import Memory
from smsgate_memory.console import Console
from smsgate_memory.outbox import Outbox
from smsgate_memory.settings import MemorySettings

__all__ = ["Console", "Memory", "MemorySettings", "Outbox"]
