"""What the interruption of a request proves: a `CancelledError` goes on as it is, and the proof goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from smsgate.model.errors.provider import NotSentError, ProviderError

__all__ = ["interruption", "proof_of"]

E = TypeVar("E", bound=BaseException)
_NAME = "_smsgate_proof"


def interruption(error: E, proof: ProviderError) -> E:
    """Return an exception that interrupted a request, with what is known of the request."""
    setattr(error, _NAME, proof)
    return error


def proof_of(error: BaseException) -> ProviderError | None:
    """Return the error of the request that an exception interrupted: `NotSentError` if nothing of it was written.

    None if it interrupted no request that was asked.
    """
    proof = getattr(error, _NAME, None)
    return proof if isinstance(proof, ProviderError) else None


@contextmanager
def not_handed_over(request: object) -> Iterator[None]:
    """Say of what interrupts the block that it came before a request was handed over."""
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        interruption(error, NotSentError(f"interrupted before {request}; nothing was sent"))
        raise
