from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from smsgate import Provider
from smsgate.testing import StubTransport
from smsgate_vonage import Vonage, VonageSettings
from tests.adapters.vonage.callbacks import KEY, SECRET

Stubbed = Callable[..., tuple[Provider, StubTransport]]


@pytest.fixture
def stubbed() -> Stubbed:
    """Return a provider that is given these answers, and what hears its requests."""

    def stubbed(says: Iterable[Any] | Callable[..., Any] = (), **settings: Any) -> tuple[Provider, StubTransport]:
        own = {"api_key": KEY, "api_secret": "s3cret-of-the-tests", "signature_secret": SECRET, "rate": "unlimited"}
        read = VonageSettings(read_attempts=1, **{**own, **settings})
        stub = StubTransport(says)
        return Provider("mine", Vonage(read, provider="mine"), stub), stub

    return stubbed


@pytest.fixture(scope="session")
def application() -> tuple[str, str]:
    """Return an application's private and public key."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
