"""What goes wrong on the road from a vendor back to the application."""

from datetime import timedelta

from attrs import frozen


@frozen(kw_only=True)
class Disturbance:
    """How calls go: `copies` of each, each `delay` late, every `reorder` of them in reversed order.

    `lose` is how many of the next are never made (None: all); with `hold` they are kept until they are released;
    with `early` a report on a text is in before the request that sent the text is answered.
    """

    copies: int = 1
    delay: timedelta = timedelta()
    reorder: int = 1
    lose: int | None = 0
    hold: bool = False
    early: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.copies < 1 or self.reorder < 1:
            raise ValueError(f"copies and reorder are at least 1; got {self.copies} and {self.reorder}")
        if self.delay < timedelta() or (self.lose or 0) < 0:
            raise ValueError(f"delay and lose are not negative; got {self.delay} and {self.lose}")
        if self.early and (self.delay or self.reorder > 1 or self.hold):
            raise ValueError("what is early is neither delayed nor held nor reordered")
