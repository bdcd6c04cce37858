"""Lists that the guide calls paginated without showing how: one page, or pages joined by `links`."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal, link
from smsgate_zoomconnect_sandbox.requests import read_count

PAGE = frozenset({"page"})


def listed(request: web.Request, account: Account, name: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return all items, or one page with a link `next` to the following one."""
    path = request.path[request.path.index("/v1/") + len("/v1/") :]
    size = account.page_size
    if size is None:
        if request.query.get("page"):
            raise Refusal(400, "Unrecognised or repeated parameter 'page'")
        return {name: items, "links": [link(request, "self", path)]}
    page = read_count(request.query, "page", 1)
    links = [link(request, "self", f"{path}?page={page}")]
    if page * size < len(items):
        links.append(link(request, "next", f"{path}?page={page + 1}"))
    return {name: items[(page - 1) * size : page * size], "links": links}
