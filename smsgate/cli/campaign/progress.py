"""How a campaign goes, on a terminal: a bar, and under it what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from smsgate.cli.campaign.tally import rate

__all__ = ["CampaignProgress"]

_BAR = 20
"""Columns of the bar: the rest of a line of 80 is for what is counted."""


class CampaignProgress(Progress):
    """A bar of the messages that are left; `status` says what is shown under it, asked at each refresh."""

    def __init__(self, total: int, status: Callable[[], str | None], *, is_shown: bool) -> None:
        self._status = status  # before rich asks for the line that it is in
        console = Console(stderr=True)
        counts = TextColumn("{task.fields[counts]}", markup=False)
        super().__init__(
            BarColumn(_BAR),
            MofNCompleteColumn(),
            _Speed(),
            counts,
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not (is_shown and console.is_terminal),
        )
        self._messages = self.add_task("", total=total, counts="")

    def get_renderables(self) -> Iterable[RenderableType]:
        """Give the bar, and the line under it."""
        yield self.make_tasks_table(self.tasks)
        if status := self._status():
            yield Text(status)

    def show(self, counts: str, *, advance: int) -> None:
        """Show more results, and what is counted besides."""
        self.update(self._messages, advance=advance, counts=counts)


class _Speed(ProgressColumn):
    """Messages a second or a minute, as rich measures them."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(rate(speed) if speed else "", style="progress.data.speed")
