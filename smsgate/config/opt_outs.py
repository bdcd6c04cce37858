"""The ``[opt_out]`` table: which replies are opt-outs, and what those silence."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from smsgate.model.opt_out_scope import OptOutScopes, Programme, StopScope
from smsgate.receiving.answers import AnswerTexts
from smsgate.receiving.opt_out_words import OptOutWords

__all__ = ["OptOutSettings"]


@frozen(kw_only=True)
class OptOutSettings(OptOutWords):
    """The ``[opt_out]`` table."""

    scope: StopScope = StopScope.ALL
    """What a STOP silences that comes to a sender of no programme: "all", or what goes out under that "sender"."""
    programmes: Mapping[str, Programme] = field(factory=dict, hash=False)
    """Messages that people opt out of together, by names of your own."""

    stop_answer: str | None = None
    """What a person is answered who texts STOP, once; default: nothing."""
    start_answer: str | None = None
    """The same of START."""
    help_answer: str | None = None
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
