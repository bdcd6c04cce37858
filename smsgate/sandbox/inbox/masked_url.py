"""A URL without its secrets."""

from urllib.parse import urlsplit

_MASK = "****"


def masked_url(url: str) -> str:
    """Return a URL with the values of its parameters masked, and without a user and a password."""
    parts = urlsplit(url)
    query = "&".join(_masked(parameter) for parameter in parts.query.split("&")) if parts.query else ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query).geturl()


def _masked(parameter: str) -> str:
    name, sign, _ = parameter.partition("=")
    return f"{name}={_MASK}" if sign else _MASK
