"""What a vendor must be answered to a call that was taken."""

from __future__ import annotations

import re
from http import HTTPStatus

from attrs import Attribute, field, frozen

__all__ = ["Acknowledgement"]

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,60}(; ?charset=[A-Za-z0-9-]{1,20})?")
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
LONGEST_BODY = 4096
"""Characters; what vendors want is a word, or an empty element."""


def _success(_: object, __: Attribute[int], value: int) -> None:
    if value not in {status.value for status in HTTPStatus if 200 <= status < 300}:
        raise ValueError(f"an acknowledgement's status is one of HTTP's from 200 to 299, got {value}")


def _media_type(_: object, __: Attribute[str], value: str) -> None:
    if not _MEDIA_TYPE.fullmatch(value):
        raise ValueError(f"an acknowledgement's media type is one like text/xml, got {value!r}")


@frozen
class Acknowledgement:
    """The answer to a call that was taken, or had been taken before; an error is answered by smsgate, without a body.

    Careful with a body: there are vendors that text it to the person who wrote.
    """

    status: int = field(default=200, validator=_success)
    body: str = ""
    media_type: str = field(default="text/plain; charset=utf-8", validator=_media_type, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check that the body may be sent."""
        if self.body and self.status in _WITHOUT_BODY:
            raise ValueError(f"an answer with status {self.status} has no body")
        if len(self.body) > LONGEST_BODY:
            raise ValueError(f"an acknowledgement's body has at most {LONGEST_BODY} characters")
        self.body.encode()
