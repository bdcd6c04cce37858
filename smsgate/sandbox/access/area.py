"""Which part of a sandbox answers a request: each has rules of its own about who may ask."""

from enum import Enum, auto

from aiohttp import web

__all__ = ["AREA", "LOGIN", "Area", "area_of"]

LOGIN = "/login"
"""Where the form with the token goes; it has no route, as it is there for a sandbox with a token only."""


class Area(Enum):
    """A vendor's API, the API at `/_sandbox/`, or the pages: all that is neither."""

    VENDOR = auto()
    CONTROL = auto()
    PAGES = auto()


AREA = web.AppKey("area", Area)
"""Where an application says which it is."""


def area_of(request: web.Request) -> Area:
    """Return the area of the application that was found for a request, so that no spelling of a path deceives."""
    return next((app[AREA] for app in request.match_info.apps if AREA in app), Area.PAGES)
