"""The token of an account whose credentials are renewed, which a check must not use up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smsgate.adapter.token import TokenStore
from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject
from smsgate.transport.redis_server import HasConnections, StoreUnavailableError
from smsgate.transport.tokens import FileTokenStore, MemoryTokenStore
from smsgate.transport.tokens.kept import Kept, State

__all__ = ["UnchangedTokens", "examine_tokens"]


class UnchangedTokens:
    """A token store that can be read and not written.

    A renewal is recorded before the vendor is asked for it. Since that fails here, none is asked for.
    """

    def __init__(self, store: TokenStore, was_asked: Callable[[], bool]) -> None:
        """Make it of a store; `was_asked` says whether the vendor was asked anything."""
        self.store = store
        self._was_asked = was_asked
        self.is_over = False
        """Whether it would have been renewed before the first request: it has ended, ends soon, or is not there yet."""
        self.was_refused = False
        """Whether the vendor refused it, so that it would have been renewed then."""

    def read(self) -> str | None:
        """Return what was written last."""
        return self.store.read()

    def write(self, text: str) -> None:  # noqa: ARG002 - a TokenStore's
        """Refuse, and note why it was to be written."""
        if self._was_asked():
            self.was_refused = True
        else:
            self.is_over = True
        raise StoreUnavailableError("a check renews no token")

    def close(self) -> None:
        """Close the store's connections."""
        if isinstance(self.store, HasConnections):
            self.store.close()

    @contextmanager
    def lock(self, timeout: float) -> Iterator[None]:  # noqa: ARG002 - a TokenStore's
        """Keep out nothing: a store is replaced as a whole."""
        yield


def examine_tokens(subject: Subject, store: TokenStore) -> Finding:
    """Say whether a renewed token can be kept, and whether the last renewal came to its end."""
    if isinstance(store, MemoryTokenStore):
        what = "token_store is missing, so a token that is renewed is lost with its process"
        return subject.warning("token store", what, f"set {_setting(subject)} to a file or the URL of a Redis server")
    try:
        text = store.read()
        kept = None if text is None else Kept.from_text(text)
    except (StoreUnavailableError, ValueError) as error:
        return subject.problem("token store", f"it cannot be read: {error}", f"correct {_setting(subject)}")
    except Exception as error:  # noqa: BLE001 - a store may raise anything
        what = f"it cannot be read ({type(error).__name__})"
        return subject.problem("token store", what, f"repair or remove it; see {_setting(subject)}")
    if isinstance(store, FileTokenStore) and (refused := _refused(store.path)):
        return subject.problem("token store", refused, f"give this user the right to {store.path.parent}")
    if kept is not None and kept.state is not State.GOOD:
        return subject.warning("token store", "the answer to the last renewal was lost; the token may be used up")
    return subject.ok("token store", "it can be read" if kept else "it has no token yet; the first renewal writes one")


def _setting(subject: Subject) -> str:
    return f"providers.{subject.name.removeprefix('provider ')}.token_store"


def _refused(file: Path) -> str | None:
    """Return why a file cannot be replaced by this process."""
    if not os.access(file.parent, os.W_OK | os.X_OK):
        return f"the folder of {file} is not writable"
    return None
