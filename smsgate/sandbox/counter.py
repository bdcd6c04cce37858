"""A count that a file can keep, for the ids of an account."""

from typing import Self

from attrs import define


@define
class Counter:
    """Count from `next`, which is the number that comes next."""

    next: int

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> int:
        number = self.next
        self.next += 1
        return number
