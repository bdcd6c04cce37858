"""The report as a page: complete in one file, without a script, and without a request to anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined

from smsgate.cli.output import moment, one_line
from smsgate.cli.report import view
from smsgate.model.run_report import RunReport

__all__ = ["page_of"]


_LEAST = 0.005
"""The smallest share that is a whole percent."""


@frozen
class _Part:
    """A part of a bar that is as wide as 100."""

    word: str
    start: float
    width: float


def page_of(report: RunReport) -> str:
    """Return the page; whatever is not smsgate's own word is escaped, and control characters are made visible."""
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": one_line, "slug": _slug}
    sections = [make(report) for make in (view.outcomes, view.deliveries, view.times, view.places, view.refusals)]
    return environment.get_template("report.html").render(
        report=report,
        at=moment(report.at),
        summary={name: value for name, value in view.summary(report).items() if value and name != "run"},
        sections=[section for section in sections if section.rows],
        parts={section.title: [*_parts(section)] for section in sections[:2]},
        columns=_columns(sections[2]),
        times=sections[2].title,
    )


def _parts(section: view.Section) -> Iterator[_Part]:
    """Give the parts of one bar, that of a section whose shares are 1 together."""
    start = 0.0
    for row, share in zip(section.rows, section.shares, strict=True):
        yield _Part(row[0], round(start, 3), round(100 * share, 3))
        start += 100 * share


def _columns(section: view.Section) -> Sequence[tuple[str, str, float]]:
    """Return the columns of a chart, of which the highest is 100: the name, what is above it, the height."""
    most = max(section.shares, default=0) or 1
    return [
        (row[0].removeprefix("up to "), _whole_percent(share), round(100 * share / most, 2))
        for row, share in zip(section.rows, section.shares, strict=True)
    ]


def _whole_percent(share: float) -> str:
    if share == 0:
        return ""
    return f"{share * 100:.0f} %" if share >= _LEAST else "< 1 %"


def _slug(word: str) -> str:
    """Return the class of a word of ours: the colour of its bar."""
    return word.replace(" ", "-")
