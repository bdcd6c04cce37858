"""The ``[opt_out]`` table: which replies are opt-outs, and what those silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from smsgate.model.opt_out_scope import OptOutScopes, Programme, StopScope
from smsgate.receiving.answers import AnswerTexts
from smsgate.receiving.opt_out_words import OptOutWords

__all__ = ["OptOutSettings"]


def _written(_: object, attribute: Attribute[Any], value: str | None) -> None:
    if value is not None and not value.strip():
        raise ValueError(f"{attribute.name} is empty; write the text, or leave it out")


@frozen(kw_only=True)
class OptOutSettings(OptOutWords):
    """The ``[opt_out]`` table."""

    MEANT: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("words", "stop_words", "keywords"), "write them as `stop`"),
        "start_words": "write them as `start`",
        "help_words": "write them as `help`",
    }
    scope: StopScope = StopScope.ALL
    """What a STOP silences that comes to a sender of no programme: "all", or what goes out under that "sender"."""
    programmes: Mapping[str, Programme] = field(factory=dict, hash=False)
    """Messages that people opt out of together, by names of your own."""

    stop_answer: str | None = field(default=None, validator=_written)
    """What a person is answered who texts STOP, once; default: nothing."""
    start_answer: str | None = field(default=None, validator=_written)
    """The same of START."""
    help_answer: str | None = field(default=None, validator=_written)
    """The same of HELP, such as "Shop: 2 texts a month. Help: help@shop.example. STOP to end."."""

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be a programme."""
        super().__attrs_post_init__()
        self.scopes(None)
        self.answers()

    def answers(self) -> AnswerTexts:
        """Return what people are answered."""
        return AnswerTexts(stop=self.stop_answer, start=self.start_answer, help=self.help_answer)

    def scopes(self, region: str | None) -> OptOutScopes:
        """Return how opt-outs are divided; senders that vendors write without their country are read in `region`."""
        return OptOutScopes(scope=self.scope, programmes=self.programmes, region=region)
