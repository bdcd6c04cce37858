"""The plans that a gateway without a journal has sent: each is sent once."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from smsgate.routing.plan import Plan
from smsgate.runtime.fork import notice_forks

__all__ = ["SentPlans"]

FIRST_LOOK = 1000
"""Plans from which on those that have expired are looked for."""


class SentPlans:
    """Remembers plans until they expire; threads share it. It knows nothing of other processes."""

    def __init__(self) -> None:
        self._sent: dict[str, datetime] = {}
        """When each expires."""
        self._look_at = FIRST_LOOK
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Go on with what the parent had sent."""
        self._lock = Lock()

    def claim(self, plan: Plan, now: datetime) -> bool:
        """Note that a plan is sent; False if it was before."""
        with self._lock:
            if len(self._sent) >= self._look_at:
                self._sent = {name: expires for name, expires in self._sent.items() if expires > now}
                self._look_at = max(FIRST_LOOK, 2 * len(self._sent))
            if plan.id in self._sent:
                return False
            self._sent[plan.id] = plan.expires
            return True

    def release(self, plan: Plan) -> None:
        """Let a plan be sent again: its text is certainly not out."""
        with self._lock:
            self._sent.pop(plan.id, None)
