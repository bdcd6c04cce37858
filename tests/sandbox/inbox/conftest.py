from collections.abc import Callable

import pytest
import requests

from smsgate.sandbox import Sandbox

Visit = Callable[..., requests.Response]


@pytest.fixture
def visit(sandbox: Sandbox, session: requests.Session) -> Visit:
    """Ask for a page, or for a part of one as the script does; POST where there are fields of a form."""

    def visit(path: str, fields: dict[str, str] | None = None, *, part: bool = False) -> requests.Response:
        method, root = "GET" if fields is None else "POST", f"http://127.0.0.1:{sandbox.port}"
        headers = {"Origin": root, **({"HX-Request": "true"} if part else {})}
        return session.request(method, root + path, data=fields, headers=headers, timeout=10, allow_redirects=False)

    return visit
