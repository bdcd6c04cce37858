"""How a sandbox that another process runs is asked: JSON over HTTP, one connection for each request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from smsgate.testing.sandbox_errors import SandboxError

__all__ = ["SandboxConnection"]

_PATIENCE = 60.0
"""Seconds to wait for an answer: the sandbox itself may wait for the application that it calls."""

_Fields = Mapping[str, object]


class SandboxConnection:
    """Asks the sandbox at a URL; may be used by several threads."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        self._host, self._port = _address(self.url)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {_visible(token)}"

    def get(self, path: str, /, *, waits: float = 0, **query: object) -> Mapping[str, Any]:
        """Return the fields of an answer that the sandbox gives after `waits` seconds at the latest."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", f"{path}?{urlencode(given)}" if given else path, None, _PATIENCE + waits)

    def post(self, path: str, /, **fields: object) -> Mapping[str, Any]:
        """Return the fields of the answer; none if it has none."""
        return self._ask("POST", path, fields, _PATIENCE)

    def delete(self, path: str) -> None:
        """Delete something."""
        self._ask("DELETE", path, None, _PATIENCE)

    def _ask(self, method: str, path: str, fields: _Fields | None, patience: float) -> Mapping[str, Any]:
        status, body = self._exchange(method, f"/_sandbox/{path}", fields, patience)
        if status == 204:
            return {}
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._no_sandbox()
        if status != 200:
            raise self._refusal(answer)
        return answer

    def _exchange(self, method: str, path: str, fields: _Fields | None, patience: float) -> tuple[int, bytes]:
        connection = HTTPConnection(self._host, self._port, timeout=patience)
        try:
            connection.request(method, path, None if fields is None else json.dumps(fields), self._headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            fix = f"start one with: smsgate sandbox --port {self._port}"
            raise SandboxError(f"no sandbox listens at {self.url}; {fix}") from None
        except TimeoutError:
            raise SandboxError(f"the sandbox at {self.url} gave no answer for {patience:g} s; start it anew") from None
        except HTTPException:
            raise self._no_sandbox() from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SandboxError(f"the sandbox at {self.url} cannot be asked ({reason}); check that it runs") from None
        finally:
            connection.close()

    def _refusal(self, answer: Mapping[str, Any]) -> SandboxError:
        reason = answer.get("error")
        if not isinstance(reason, str):
            return self._no_sandbox()
        return SandboxError(reason.removeprefix("Refused: "))

    def _no_sandbox(self) -> SandboxError:
        return SandboxError(f"what answers at {self.url} is no sandbox of smsgate; give the port at which one listens")


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if parts.scheme != "http" or not host or parts.path or parts.query or parts.fragment or parts.username:
        raise SandboxError("the URL of a sandbox is such as http://127.0.0.1:8730: http, a host, a port and no path")
    return host, port


def _visible(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise SandboxError("the token of a sandbox has visible ASCII characters only; give that of its --token")
    return token
