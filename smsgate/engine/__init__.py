"""What the core runs on: threads, or an event loop.

The core between a gateway and a socket is written once, as ``async def`` code that knows neither. It asks an `Engine`
for the time, for a wait, for the call of what may block, and for workers.
"""

from smsgate.engine.engine import Crew, Engine
from smsgate.engine.run import iterate, run, run_next
from smsgate.engine.threads import THREADS, Threads

__all__ = ["THREADS", "Crew", "Engine", "Threads", "iterate", "run", "run_next"]
