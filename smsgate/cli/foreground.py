"""What runs in the foreground until Ctrl-C, and a page of it in the person's browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import NoReturn

from smsgate.cli.campaign.stop_signals import stop_signals
from smsgate.cli.output import write_no_more

__all__ = ["ended_by_signals", "open_page", "until_interrupt", "wait_for_interrupt"]


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """End what runs inside at SIGTERM and where the terminal has gone, as at Ctrl-C: with `KeyboardInterrupt`."""
    with stop_signals(_interrupt, _interrupt):
        yield


@contextmanager
def until_interrupt() -> Iterator[None]:
    """End what runs inside as `ended_by_signals` does.

    What a reader has not taken by then is not written: a pipe that is full would delay the end for ever.
    """
    try:
        with ended_by_signals():
            yield
    except KeyboardInterrupt:
        write_no_more()
        raise


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def wait_for_interrupt() -> None:
    """Wait until Ctrl-C."""
    Event().wait()


def open_page(url: str) -> None:
    """Open a page in the browser without waiting for it; where there is no browser, nothing happens."""
    Thread(target=_open, args=(url,), name="smsgate-browser", daemon=True).start()


def _open(url: str) -> None:
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(url)
