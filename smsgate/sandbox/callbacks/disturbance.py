"""What goes wrong on the way from a vendor to the application."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen(kw_only=True)
class Disturbance:
    """How calls are made: `copies` of each, each `delay` late, every `reorder` of them in reversed order.

    `lose` is how many of the next are never made (None: all); with `hold` they are kept until they are released;
    with `early` a report on a text arrives before the request that sent the text is answered.
    """

    copies: int = 1
    delay: timedelta = timedelta()
    reorder: int = 1
    lose: int | None = 0
    hold: bool = False
    early: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse values out of range, and combinations that contradict each other."""
        if self.copies < 1 or self.reorder < 1:
            raise ValueError(
                f"copies and reorder must be at least 1, got copies={self.copies} and reorder={self.reorder}"
            )
        if self.delay < timedelta() or (self.lose or 0) < 0:
            raise ValueError(f"delay and lose must not be negative, got delay={self.delay} and lose={self.lose}")
        if self.early and (self.delay or self.reorder > 1 or self.hold):
            raise ValueError("early cannot be combined with delay, reorder or hold")


class Disturbed(Generic[T]):
    """Lose, keep, copy and reorder items as the current disturbance says."""

    def __init__(self) -> None:
        self._held: list[T] = []
        self.disturb(Disturbance())

    def disturb(self, disturbance: Disturbance) -> None:
        """Replace the disturbance; items that wait go on waiting."""
        self.disturbance = disturbance
        self._to_lose = disturbance.lose

    def loses(self) -> bool:
        """Say whether the next item is lost, and count it."""
        if self._to_lose is None:
            return True
        if self._to_lose == 0:
            return False
        self._to_lose -= 1
        return True

    def pass_on(self, item: T) -> Sequence[T]:
        """Return the items to pass on now that this one was added."""
        self._held.append(item)
        if self.disturbance.hold:
            return ()
        if self.disturbance.reorder == 1:
            return self._take([len(self._held) - 1])
        complete = len(self._held) >= self.disturbance.reorder
        return self._take(range(len(self._held) - 1, -1, -1)) if complete else ()

    def release(self, order: Iterable[int] | None) -> Sequence[T]:
        """Return the waiting items: all as they came, or those at these places, in this order."""
        places = [*range(len(self._held))] if order is None else [*order]
        if len(set(places)) < len(places) or not set(places) <= set(range(len(self._held))):
            raise ValueError(f"order must name places of the {len(self._held)} waiting calls, each once, got {places}")
        return self._take(places)

    def clear(self) -> None:
        """Remove the waiting items and the disturbance."""
        self._held = []
        self.disturb(Disturbance())

    def _take(self, places: Sequence[int]) -> Sequence[T]:
        taken = [self._held[place] for place in places]
        self._held = [item for place, item in enumerate(self._held) if place not in set(places)]
        return [item for item in taken for _ in range(self.disturbance.copies)]
