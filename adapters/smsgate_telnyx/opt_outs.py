"""Who stopped messages, as Telnyx lists them."""

from collections.abc import Mapping

from attrs import frozen

import smsgate as sg
from smsgate_telnyx.messages import Listed, read_list

__all__ = ["OptOutBlock", "OptOuts", "read_blocks"]

PAGE_SIZE = 250
"""Entries of a page, the most that the vendor gives."""


@frozen(kw_only=True)
class OptOutBlock:
    """A person who stopped the messages of a profile or of one sender (API description)."""

    provider: str = ""
    number: sg.fields.Word = sg.fields.named("to")
    """Who sent the keyword."""
    sender: sg.fields.OptionalWord = sg.fields.named("from", None)
    """What they sent it to."""
    messaging_profile_id: sg.fields.OptionalWord = None
    keyword: sg.fields.OptionalText = None
    created_at: sg.fields.Moment = None

    def opt_out(self) -> sg.VendorOptOut:
        """Say it in smsgate's words; raise `MalformedAnswerError` for a number that is redacted, or is none."""
        return sg.VendorOptOut(number=self.number, sender=self.sender, since=self.created_at, word=self.keyword)


class OptOuts(sg.ListsOptOuts):
    """The blocks of all profiles of the account."""

    def list_opt_outs(self, cursor: str | None) -> Listed[sg.VendorOptOut]:
        """Guide: GET /messaging_optouts."""
        return (yield from read_blocks(cursor, {})).read(OptOutBlock.opt_out)


def read_blocks(cursor: str | None, query: Mapping[str, str | None]) -> Listed[OptOutBlock]:
    """Read one page of blocks. Guide: GET /messaging_optouts."""
    return (yield from read_list("messaging_optouts", OptOutBlock, cursor, PAGE_SIZE, query))
