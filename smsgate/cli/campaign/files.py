"""The files that a campaign writes: the result of each message, and the rows that are invalid."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from smsgate.cli.campaign.row_file import RowFile
from smsgate.files.csv_cells import guarded, guarded_row
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.model.result import SendResult
from smsgate.sending.recipients import Reject, Row

__all__ = ["CampaignFiles", "Destinations"]

SKIPPED = "skipped"
"""What the results say of a row that was not sent by choice, where others have their outcome."""
MOST_RUNS = 9_999
"""Of one campaign in one folder."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RESULT = (
    "line",
    "to",
    "outcome",
    "status",
    "provider",
    "message_id",
    "segments",
    "price",
    "unit",
    "key",
    "reference",
    "error",
)


@frozen
class Destinations:
    """Where the results and the rejects of a campaign go; a number is added where a name is taken.

    Raises `ConfigError` for the campaign's own file, for the same file twice, and for a folder that is not there.
    """

    campaign: Path
    results: Path
    rejects: Path

    @classmethod
    def of(cls, campaign: Path, results: Path | None, rejects: Path | None) -> Destinations:
        """Take the names given, or make them of the campaign's, where that is a file in an ordinary folder."""
        if (results is None or rejects is None) and not _is_ordinary(campaign):
            raise ConfigError(f"{campaign}: results cannot be written beside it; give --results and --rejects")
        return cls(
            campaign,
            _target(results or Path(f"{campaign}.results.csv")),
            _target(rejects or Path(f"{campaign}.rejects.csv")),
        )

    def __attrs_post_init__(self) -> None:
        """Refuse what would be wrong whatever the rows are."""
        for option, path in {"--results": self.results, "--rejects": self.rejects}.items():
            if path.is_dir() or not path.parent.is_dir():
                raise ConfigError(f"{option} must be a file in an existing folder, got {path}")
            if path.exists() and self.campaign.exists() and path.samefile(self.campaign):
                raise ConfigError(f"{option} must not be the file with the recipients, got {path}")
        if self.results.resolve() == self.rejects.resolve() and not _is_stream(self.results):
            raise ConfigError(f"--results and --rejects must differ, got {self.results} for both")

    def numbered(self, number: int) -> tuple[Path, Path]:
        """Return the names of a run: `c.csv.results.csv`, then `c.csv.results.2.csv`."""
        return _numbered(self.results, number), _numbered(self.rejects, number)

    @property
    def earlier(self) -> Path | None:
        """The results of an earlier run, or what there is of them."""
        for path in (self.results, Path(f"{self.results}.part")):
            if path.is_file():
                return path
        return None


class CampaignFiles:
    """The files of one run, written as its results come.

    Raises `ConfigError` where they cannot be created, `SmsgateError` where the disk is full. Later failures raise
    nothing, for messages are on their way then: `failure` has the first, and `unwritten` the results that are not in
    the file.
    """

    def __init__(self, destinations: Destinations, reject_columns: Sequence[str]) -> None:
        self.failure: OSError | None = None
        self.unwritten: list[Sequence[object]] = []
        self._reject_columns = reject_columns
        self._rejects_lost = False
        self._results, self._rejects = _create(destinations, ("line", "reason", *reject_columns))

    @property
    def results(self) -> Path:
        """Where the results are."""
        return self._results.path

    @property
    def rejects(self) -> Path | None:
        """Where the rejects are, if there are any."""
        return self._rejects.path if self._rejects.rows else None

    def add(self, line: int | None, result: SendResult) -> None:
        """Write a result."""
        row = guarded_row(_result_row(line, result))
        if self.unwritten or not self._is_written(self._results, row):
            self.unwritten.append(row)

    def skip(self, row: Row, reason: str) -> None:
        """Write that a row is not sent."""
        message, blank = row.message, [None] * 6
        skipped = guarded_row([row.line, message.to, SKIPPED, *blank, message.key, message.reference, reason])
        if self.unwritten or not self._is_written(self._results, skipped):
            self.unwritten.append(skipped)

    def reject(self, reject: Reject) -> None:
        """Write a reject."""
        fields = [reject.fields.get(name, "") for name in self._reject_columns]  # as in the file: it is sent again
        if not self._is_written(self._rejects, [reject.line, guarded(reject.reason), *fields]):
            self._rejects_lost = True

    def finish(self, *, keep_empty: bool = True) -> None:
        """Write what could not be written before, and give the files that are complete their names."""
        waiting, self.unwritten = self.unwritten, []
        for place, row in enumerate(waiting):
            if not self._is_written(self._results, row):
                self.unwritten = waiting[place:]
                break
        self._end(self._results, is_complete=not self.unwritten and (keep_empty or self._results.rows > 0))
        self._end(self._rejects, is_complete=not self._rejects_lost)

    def close(self) -> None:
        """Leave the files as they are, after an error; without a row in them, remove them."""
        self._end(self._results, is_complete=False)
        self._end(self._rejects, is_complete=False)

    def _is_written(self, file: RowFile, row: Sequence[object]) -> bool:
        try:
            file.add(row)
        except OSError as error:
            self.failure = self.failure or error
            return False
        return True

    def _end(self, file: RowFile, *, is_complete: bool) -> None:
        try:
            if not file.rows and (file is self._rejects or not is_complete):
                file.discard()
            elif is_complete:
                file.finish()
            else:
                file.close()
        except OSError as error:
            self.failure = self.failure or error


def _create(destinations: Destinations, reject_header: Sequence[str]) -> tuple[RowFile, RowFile]:
    """Create both files under the first number at which both names are free."""
    for number in range(1, MOST_RUNS + 1):
        results, rejects = destinations.numbered(number)
        try:
            created = RowFile(results, _RESULT)
        except FileExistsError:
            continue
        except OSError as error:
            raise _not_created(results, error) from None
        try:
            return created, RowFile(rejects, reject_header)
        except FileExistsError:
            created.discard()
        except OSError as error:
            created.discard()
            raise _not_created(rejects, error) from None
    raise ConfigError(f"{destinations.results}: has {MOST_RUNS:,} numbered files beside it; move them away")


def _not_created(path: Path, error: OSError) -> SmsgateError:
    kind = SmsgateError if error.errno in _FULL else ConfigError
    return kind(f"{path}: cannot be written: {error.strerror}; nothing was sent")


def _is_ordinary(path: Path) -> bool:
    """Whether new files belong beside it: not for a device, a pipe, or a descriptor such as /dev/stdin."""
    named = Path(os.path.abspath(path))  # noqa: PTH100 - /dev/stdin itself, not the file behind it
    if any(named.is_relative_to(folder) for folder in ("/dev", "/proc")):
        return False
    return path.is_file() or path.is_dir() or not path.exists()


def _target(path: Path) -> Path:
    """Follow a symlink, so that a number is added to the name of the file itself."""
    return path.resolve() if path.is_symlink() else path


def _numbered(path: Path, number: int) -> Path:
    if number == 1 or _is_stream(path):
        return path
    return path.with_name(f"{path.stem}.{number}{path.suffix}")


def _is_stream(path: Path) -> bool:
    """Whether it is a device or a pipe, which is written to as it is."""
    return path.exists() and not (path.is_file() or path.is_dir())


def _result_row(line: int | None, result: SendResult) -> list[object]:
    message = result.message
    return [
        line,
        message.to,
        result.outcome.value,
        result.status.value,
        result.provider,
        result.message_id,
        result.segments,
        result.price and result.price.amount,
        result.price and result.price.unit,
        message.key,
        message.reference,
        result.error and str(result.error),
    ]
