"""A number in a request."""


def whole_number(text: str | None) -> int | None:
    """Return the number that a text is; None if it is none, or too long to be the number of anything here."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else None
