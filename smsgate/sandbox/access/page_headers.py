"""What a browser must know of the pages: they run no script but their own files, and no site may embed them."""

from aiohttp import web

from smsgate.sandbox.access.area import Area, area_of

__all__ = ["protect"]

_PAGES = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    # With no-referrer a browser sends `Origin: null` with the sandbox's own forms (Fetch Standard, "append a
    # request Origin header").
    "Referrer-Policy": "same-origin",
}


async def protect(request: web.Request, answer: web.StreamResponse) -> None:
    """Add headers before an answer is sent, for `on_response_prepare`; those that it has are kept."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if area_of(request) is Area.PAGES:
        for name, value in _PAGES.items():
            answer.headers.setdefault(name, value)
