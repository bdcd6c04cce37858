"""Make a single request to an application."""

from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from smsgate.sandbox.notification import Payload


class Caller:
    """Call addresses, and keep no connection or cookie.

    No redirect is followed: it could lead to a host that was not named. `patience` is how long an answer is waited
    for, in seconds.
    """

    def __init__(self, patience: float) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=patience),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def call(self, method: str, url: str, payload: Payload) -> tuple[int | None, str | None]:
        """Return the status of the answer, or the name of the error; its text could contain a secret of the URL."""
        headers = {"Content-Type": payload.content_type} if payload.content_type else {}
        headers |= payload.sign(url) if payload.sign else {}
        request = self._session.request(
            method,
            URL(url, encoded=True),
            data=payload.body.encode() or None,
            headers=headers,
            skip_auto_headers=["Content-Type"],
            allow_redirects=False,
        )
        try:
            async with request as answer:
                return answer.status, None
        except TimeoutError:
            return None, TimeoutError.__name__
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, type(error).__name__
