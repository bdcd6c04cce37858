"""The secret that opens a sandbox to programs and browsers."""

import hmac
import re
from typing import NoReturn

from attrs import field, frozen

_USABLE = re.compile(r"[!-~]{16,512}")  # it fits in a header and in a URL
_MAKING = 'python -c "import secrets; print(secrets.token_urlsafe())"'


@frozen
class AccessToken:
    """A token of 16 to 512 visible ASCII characters; it is compared in constant time and never shown."""

    _secret: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what can be guessed or cannot be sent; the error does not contain it."""
        if not _USABLE.fullmatch(self._secret):
            raise ValueError(f"the token must have 16 to 512 visible ASCII characters; make one with: {_MAKING}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("the token of a sandbox is not pickled")

    def matches(self, given: str) -> bool:
        """Say whether this is the token."""
        return hmac.compare_digest(_bytes(given), self._secret.encode())

    def matches_cookie(self, given: str, name: str) -> bool:
        """Say whether this is the value of the cookie of this name."""
        return hmac.compare_digest(_bytes(given), self.cookie(name).encode())

    def cookie(self, name: str) -> str:
        """Return the value of the cookie of this name, from which the token cannot be found."""
        return hmac.digest(self._secret.encode(), f"cookie {name}".encode(), "sha256").hex()


def missing_token(host: str) -> ValueError:
    """Return the error of a sandbox that other machines could reach, and that has no token."""
    return ValueError(
        f"a sandbox that listens at {host} needs a token (--token, or SMSGATE_SANDBOX_TOKEN); make one with: {_MAKING}"
    )


def _bytes(given: str) -> bytes:
    return given.encode("utf-8", "surrogatepass")  # a header may have any bytes
