"""What it takes to check the signature of a vendor's call: `smsgate.signatures`, for `VerifiesWebhooks`.

A key is made once, of what the settings have; each check compares in constant time and raises `WebhookError` (403), so
that no result is to be looked at and none can be forgotten. Ed25519 and JWT need the extra ``smsgate[signatures]``.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import new
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn, TypeVar

from smsgate.adapter.webhook_fields import body_text, json_object
from smsgate.model.errors import ConfigError, WebhookError

__all__ = [
    "Ed25519Key",
    "HmacKey",
    "JwtKey",
    "check_same",
    "from_base64",
    "from_hex",
    "read_timestamp",
]


T = TypeVar("T")


class _Key:
    """Something secret, which shows nowhere and stays in its process."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key cannot be pickled; make it from the settings in each process")


class HmacKey(_Key):
    """One secret that signs, or several while it is changed (RFC 2104)."""

    def __init__(self, *secrets: str | bytes, digest: str = "sha256") -> None:
        """Make it; `digest` is a name of hashlib. Raises `ConfigError` without a secret, or for one that is empty."""
        self._secrets = _secret_bytes(secrets)
        self._digest = digest
        new(digest)

    def check(self, content: bytes, given: bytes) -> None:
        """Raise `WebhookError` unless this is the whole HMAC of the content."""
        expected = [hmac.digest(secret, content, self._digest) for secret in self._secrets]
        if not any([hmac.compare_digest(each, given) for each in expected]):  # noqa: C419 - all, in the same time
            _refuse("the signature is wrong")


class Ed25519Key(_Key):
    """A vendor's public key (RFC 8032)."""

    def __init__(self, public_key: str | bytes) -> None:
        """Make it of 32 bytes, or of these in base64; raise `ConfigError` for another key, or without the extra."""
        ed25519 = _library("cryptography.hazmat.primitives.asymmetric.ed25519", "Ed25519 signatures", "cryptography")
        self._wrong = _library("cryptography.exceptions", "Ed25519 signatures", "cryptography").InvalidSignature
        try:
            key = b64decode(public_key, validate=True) if isinstance(public_key, str) else public_key
            self._key = ed25519.Ed25519PublicKey.from_public_bytes(key)
        except ValueError:
            raise ConfigError("an Ed25519 public key is 32 bytes, written in base64; copy it from the vendor") from None

    def check(self, content: bytes, given: bytes) -> None:
        """Raise `WebhookError` unless this is the signature of the content."""
        try:
            self._key.verify(given, content)
        except self._wrong:
            _refuse("the signature is wrong")


class JwtKey(_Key):
    """One secret that signs tokens by HS256, or several while it is changed (RFC 7515, 7519)."""

    def __init__(self, *secrets: str | bytes) -> None:
        """Make it; raise `ConfigError` without a secret, for an empty one or a public key, or without the extra."""
        self._secrets = _secret_bytes(secrets)
        self._jwt = _library("jwt", "JWT signatures", "pyjwt")
        algorithm = _hs256(self._jwt)
        self._tokens = self._jwt.PyJWS(algorithms=["HS256"])
        self._tokens.unregister_algorithm("HS256")
        self._tokens.register_algorithm("HS256", algorithm)
        try:
            for secret in self._secrets:
                algorithm.prepare_key(secret)
        except self._jwt.PyJWTError as error:
            raise ConfigError(f"the secret is none of HS256: {type(error).__name__}; copy it from the vendor") from None

    def read(self, token: str) -> Mapping[str, object]:
        """Return the claims of a token that is signed; whether they fit the call, and its time, is not judged here."""
        for secret in self._secrets:
            try:
                payload: bytes = self._tokens.decode(token, secret, algorithms=["HS256"])
            except (self._jwt.PyJWTError, ValueError, RecursionError):  # a header of what is not JSON
                continue
            return _checked(partial(_claims, payload), "the token has no claims")
        return _refuse("the signature is missing, or wrong")


def from_hex(text: str) -> bytes:
    """Read a signature in hexadecimal digits."""
    return _checked(lambda: bytes.fromhex(text), "the signature is missing, or not in hexadecimal digits")


def from_base64(text: str) -> bytes:
    """Read a signature in base64."""
    return _checked(lambda: b64decode(text, validate=True), "the signature is missing, or not in base64")


def check_same(given: str, expected: str) -> None:
    """Compare, for example, a digest that a token has with the body's; raise `WebhookError` if they differ."""
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace")):
        _refuse("the signature is of another content")


def read_timestamp(value: object) -> datetime:
    """Read a time that a signature covers: seconds since 1970, a number or digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:20])
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("the signature has no time")
    seconds = value
    return _checked(lambda: datetime.fromtimestamp(seconds, UTC), "the signature has no time")


def _claims(payload: bytes) -> Mapping[str, object]:
    return json_object(body_text(payload))


def _secret_bytes(secrets: tuple[str | bytes, ...]) -> list[bytes]:
    found = [secret.encode() if isinstance(secret, str) else secret for secret in secrets]
    if not found or not all(found):
        raise ConfigError("the key that signs webhooks is empty, so that anyone could sign; set it")
    return found


def _library(module: str, purpose: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        reason = f"checking {purpose} needs the package {package}; try: pip install 'smsgate[signatures]'"
        raise ConfigError(reason) from error


def _hs256(jwt: ModuleType) -> Any:  # noqa: ANN401 - a library that may not be there
    """Return the algorithm without its warning of a short key: the vendor chose its length."""
    base: Any = jwt.algorithms.HMACAlgorithm

    class Hs256(base):  # type: ignore[misc]
        def check_key_length(self, _: bytes) -> None:
            return None

    return Hs256(base.SHA256)


def _checked(read: Callable[[], T], otherwise: str) -> T:
    try:
        return read()
    except (ValueError, OverflowError, OSError):
        _refuse(otherwise)
    except WebhookError as error:
        _refuse(f"{otherwise}: {error}")


def _refuse(reason: str) -> NoReturn:
    raise WebhookError(reason, status=403)
