"""The files that the pages need: the style sheet, the icon, and the scripts of others, each as its package has it."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

from aiohttp import web
from attrs import field, frozen

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_KEPT_BY_BROWSERS = "public, max-age=31536000, immutable"


@frozen
class Asset:
    """A file, its media type, and the version that its address contains."""

    body: bytes = field(repr=False)
    content_type: str
    version: str


class Assets:
    """The files by name; an address changes with its file, so that browsers may keep it."""

    def __init__(self) -> None:
        self._files: Mapping[str, Asset] = {
            file.name: _asset(file.read_bytes(), _TYPES[extension])
            for file in files(__package__).joinpath("assets").iterdir()
            if (extension := file.name.rpartition(".")[2]) in _TYPES
        }

    def path(self, name: str) -> str:
        """Return the address of a file."""
        return f"/assets/{name}?v={self._files[name].version}"

    async def answer(self, request: web.Request) -> web.Response:
        """Answer the request for a file."""
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": _KEPT_BY_BROWSERS, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)


def _asset(body: bytes, content_type: str) -> Asset:
    return Asset(body, content_type, sha256(body).hexdigest()[:12])
