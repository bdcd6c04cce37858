"""The arithmetic of slots, without a clock of its own (GCRA with a burst of one, as a reservation)."""

from __future__ import annotations

from attrs import evolve, frozen

__all__ = ["Slots"]


@frozen
class Slots:
    """One account's slots; moments are seconds of one clock."""

    free_at: float = 0.0
    """The moment of the next free slot."""
    blocked_until: float = 0.0
    """When the vendor takes requests again."""
    seen_at: float = 0.0
    """When this was last looked at."""

    def at(self, now: float) -> Slots:
        """Return the same slots by a clock that may have been set back since: then everything moves with it."""
        back = max(0.0, self.seen_at - now)
        return Slots(self.free_at - back, self.blocked_until - back, now)

    def wait(self) -> float:
        """Return the seconds until the next slot."""
        return max(0.0, self.free_at - self.seen_at, self.blocked_until - self.seen_at)

    def blocked(self) -> float:
        """Return the seconds for which the vendor takes nothing."""
        return max(0.0, self.blocked_until - self.seen_at)

    def taken(self, interval: float) -> Slots:
        """Return the slots after the next one was taken; the one after it is `interval` seconds later."""
        return evolve(self, free_at=self.seen_at + self.wait() + interval)

    def unreserved(self) -> Slots:
        """Return them as if no request had reserved one."""
        return evolve(self, free_at=self.blocked_until)

    def block(self, seconds: float) -> Slots:
        """Return the slots after the vendor said that it takes nothing for so many seconds.

        Slots that were reserved for a time after the block stay; a request that has one inside it takes another.
        """
        until = max(self.blocked_until, self.seen_at + seconds)
        return evolve(self, blocked_until=until, free_at=max(self.free_at, until))
