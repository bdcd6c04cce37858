"""What a fork does to objects with locks and threads: each says how it starts afresh in the child.

`os.register_at_fork` cannot be undone, so it is called once, here, for a list of weak references. A lock that another
thread had locked at the instant of the fork stays locked in the child for ever; other threads do not exist there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable
from weakref import ref

__all__ = ["ForkAware", "QuietAtFork", "notice_forks"]


class ForkAware(Protocol):
    """An object that starts afresh in a forked child."""

    def after_fork_in_child(self) -> None:
        """Replace locks, and drop what belongs to the parent's threads; no other thread runs yet.

        It must not raise, wait, or do I/O that others see.
        """


@runtime_checkable
class QuietAtFork(ForkAware, Protocol):
    """An object that also has to be at rest while the process forks."""

    def before_fork(self) -> None:
        """Come to rest within a bounded time; called in the thread that forks. It must not raise."""

    def after_fork_in_parent(self) -> None:
        """Go on; called in the thread that forked, also where the fork failed. It must not raise."""


_objects: dict[int, ref[ForkAware]] = {}
"""By the reference's id, in the order of registration."""


def notice_forks(target: ForkAware) -> None:
    """Call a target's methods at each fork, for as long as something else refers to it."""
    reference = ref(target, lambda gone: _objects.pop(id(gone), None))
    _objects[id(reference)] = reference


def _alive() -> list[ForkAware]:
    return [target for reference in list(_objects.values()) if (target := reference()) is not None]


def _before() -> None:
    # the same order in each thread, so that two that fork at once do not wait for each other
    _call_each([target.before_fork for target in _alive() if isinstance(target, QuietAtFork)])


def _in_parent() -> None:
    _call_each([target.after_fork_in_parent for target in _alive() if isinstance(target, QuietAtFork)])


def _in_child() -> None:
    _call_each([target.after_fork_in_child for target in _alive()])


def _call_each(calls: Sequence[Callable[[], None]]) -> None:
    """Make every call, also after one that raises: a plug-in's object must not leave the others' locks as they are."""
    failures = []
    for call in calls:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - Python shows it as ignored, and forks
            failures.append(error)
    if failures:
        raise failures[0]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
