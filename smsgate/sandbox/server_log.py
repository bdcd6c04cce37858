"""The log of the server: an error of a vendor is in it with its traceback, what is no HTTP is not."""

import logging
from typing import TYPE_CHECKING, Any

from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter

__all__ = ["ServerLog"]


class ServerLog(_Adapter):
    """Log to `smsgate.sandbox`.

    aiohttp logs each request that it cannot read as an error, with a part of it: that may be a cookie or a token.
    """

    def __init__(self) -> None:
        super().__init__(logging.getLogger("smsgate.sandbox"), {})

    def exception(self, msg: object, *args: object, exc_info: Any = True, **options: Any) -> None:  # noqa: ANN401 - as its base
        """Log an error; of a request that cannot be read, only its kind, at the level of debugging."""
        if isinstance(exc_info, HttpProcessingError):
            self.debug("a request cannot be read: %s", type(exc_info).__name__)
        else:
            super().exception(msg, *args, exc_info=exc_info, **options)
