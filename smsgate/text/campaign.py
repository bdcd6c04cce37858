"""Many texts: an analysis each, or only their total."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smsgate.text.alphabet import LATIN
from smsgate.text.analysis import PLAIN, Analysis, analyse
from smsgate.text.layout import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smsgate.text.national import Tables


class Share(NamedTuple):
    """What texts of one encoding come to."""

    messages: int = 0
    segments: int = 0
    units: int = 0


class Totals(NamedTuple):
    """What many texts come to."""

    gsm7: Share = Share()
    ucs2: Share = Share()
    too_long: int = 0
    """How many texts take more than 255 segments."""

    @property
    def messages(self) -> int:
        """How many texts there were."""
        return self.gsm7.messages + self.ucs2.messages

    @property
    def segments(self) -> int:
        """How many SMS they take."""
        return self.gsm7.segments + self.ucs2.segments


class Analyses:
    """The analyses of many texts: iterate for one each, or ask for the totals. The texts are read once, lazily."""

    def __init__(
        self, texts: Iterable[str], reference_bits: int, national: Tables | str | Iterable[str] | None
    ) -> None:
        self._texts = iter(texts)
        self._reference_bits = reference_bits
        self._national = national if national is None or isinstance(national, (str, tuple)) else tuple(national)

    def __iter__(self) -> Iterator[Analysis]:
        return self

    def __next__(self) -> Analysis:
        return analyse(next(self._texts), reference_bits=self._reference_bits, national=self._national)

    def totals(self) -> Totals:
        """Return what the texts that are left come to; no analysis is kept, so memory is constant."""
        if self._national is None and self._reference_bits == 8:
            return _totals(self._texts)
        return _sum(self)


def analyse_many(
    texts: Iterable[str], *, reference_bits: int = 8, national: Tables | str | Iterable[str] | None = None
) -> Analyses:
    """Return the analyses of many texts, one by one as they are asked for, or their `Analyses.totals`.

    The arguments are those of `analyse`. Raises TypeError at a text that is no str.
    """
    return Analyses(texts, reference_bits, national)


def _totals(texts: Iterator[str]) -> Totals:
    lengths = [0] * len(PLAIN)
    others = _sum(_others(texts, lengths))
    plain = [(count, PLAIN[length]) for length, count in enumerate(lengths) if count]
    messages, segments, units = others.gsm7
    return others._replace(
        gsm7=Share(
            messages + sum(count for count, _ in plain),
            segments + sum(count * analysis.segments for count, analysis in plain),
            units + sum(count * analysis.units for count, analysis in plain),
        )
    )


def _others(texts: Iterator[str], lengths: list[int]) -> Iterator[Analysis]:
    """Yield the analyses of the texts that are not plain; the plain ones, most of a campaign, are counted by length."""
    known = len(lengths)
    for text in texts:
        try:
            if text.isascii():
                cells = text.encode().translate(LATIN)
                if cells.isascii() and len(cells) < known:
                    lengths[len(cells)] += 1
                    continue
        except AttributeError:
            pass  # no str: refused by analyse
        yield analyse(text)


def _sum(analyses: Iterable[Analysis]) -> Totals:
    shares = {encoding: [0, 0, 0] for encoding in Encoding}
    too_long = 0
    for analysis in analyses:
        share = shares[analysis.encoding]
        share[0] += 1
        share[1] += analysis.segments
        share[2] += analysis.units
        too_long += analysis.too_long
    return Totals(Share(*shares[Encoding.GSM7]), Share(*shares[Encoding.UCS2]), too_long)
