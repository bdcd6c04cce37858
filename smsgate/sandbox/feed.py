"""The notice that something has changed, for the pages and requests that wait for it."""

import asyncio


class Feed:
    """Count the changes of a sandbox, and wait for the next one; in the sandbox's own thread."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = asyncio.Event()

    @property
    def number(self) -> int:
        """Return how many changes there were."""
        return self._number

    def publish(self) -> None:
        """Note a change, and wake who waits for one."""
        self._number += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, number: int) -> int:
        """Wait until there were more changes than `number`; return how many there were."""
        while self._number <= number:
            await self._changed.wait()
        return self._number
