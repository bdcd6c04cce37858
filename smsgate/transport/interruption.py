"""What the interruption of a request proves: a `CancelledError` goes on as it is, and the proof goes with it."""

from __future__ import annotations

from typing import TypeVar

from smsgate.model.errors import ProviderError

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
