"""Copy a state for its file, continue with what a file kept, and write it while the sandbox runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import perf_counter

from smsgate.sandbox.saving.saved_state import SavedState
from smsgate.sandbox.saving.state_file import StateFile
from smsgate.sandbox.state import State

_PAUSE = 10.0
"""The seconds between two writings, at least."""
_SHARE = 20
"""A writing that takes long is followed by so many times its length."""


def saved_of(state: State) -> SavedState:
    """Return what a file keeps of a state; it no longer changes."""
    accounts = {name: vendor.saved() for name, vendor in state.vendors.items()}
    used = {
        name: callbacks for name, callbacks in state.callbacks.items() if callbacks.destinations() or callbacks.calls
    }
    return SavedState(
        at=state.clock.now(),
        ahead=state.clock.ahead,
        scheduled=state.network.waiting(),
        newest=state.network.conversations.newest,
        texts=state.network.conversations.all(),
        request_count=state.requests.count,
        requests=state.requests.all(),
        fault_count=state.faults.count,
        faults=state.faults.ordered,
        endings={**state.endings},
        callbacks={name: callbacks.saved() for name, callbacks in used.items()},
        accounts={name: account for name, account in accounts.items() if account is not None},
    )


def restore(state: State, saved: SavedState) -> None:
    """Continue with what a file kept, in a state that was reset.

    LookupError or ValueError for what this sandbox cannot have.
    """
    for unknown in sorted(saved.vendors - state.vendors.keys()):
        raise LookupError(f"it has texts or requests of {unknown[:40]!r}, which this sandbox does not serve")
    state.clock.restore(saved.ahead)
    state.requests.restore(saved.requests, saved.request_count)
    state.faults.restore(saved.faults, saved.fault_count)
    state.endings.update(saved.endings)
    for name, callbacks in saved.callbacks.items():
        state.callbacks[name].restore(callbacks)
    for name, vendor in state.vendors.items():
        if name not in saved.accounts:
            continue
        try:
            vendor.restore(saved.accounts[name], saved.at)
        except (LookupError, ValueError) as error:
            raise ValueError(f"accounts.{name}: {error.args[0]}") from None
    state.network.restore(saved.texts, saved.newest, saved.scheduled)


@asynccontextmanager
async def saving(state: State, file: StateFile | None) -> AsyncIterator[None]:
    """Write the state when it has changed, at most every 10 seconds; the last changes are left to `close`."""
    if file is None:
        yield
        return
    task = asyncio.get_running_loop().create_task(_save_changes(state, file))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _save_changes(state: State, file: StateFile) -> None:
    number = state.feed.number
    while True:
        await state.feed.after(number)
        number, saved, began = state.feed.number, saved_of(state), perf_counter()
        await asyncio.to_thread(file.save, saved)
        await asyncio.sleep(max(_PAUSE, _SHARE * (perf_counter() - began)))
