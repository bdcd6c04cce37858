"""What a form sends."""

from collections.abc import Mapping

from aiohttp import web


async def fields_of(request: web.Request) -> Mapping[str, str]:
    """Return the fields of a form; none if the body is no form that can be read."""
    try:
        fields = await request.post()
    except (LookupError, ValueError):  # an unknown charset, a broken multipart body
        return {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}
