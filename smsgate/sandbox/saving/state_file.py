"""The file that keeps a sandbox's state over restarts: JSON, replaced as a whole, used by one sandbox at a time."""

import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import sleep

import attrs

from smsgate.model.errors import ConfigError
from smsgate.sandbox.records import Copies, read, written
from smsgate.sandbox.saving.file_lock import FileLock
from smsgate.sandbox.saving.saved_state import SavedState

_FORMAT, _VERSION = "smsgate sandbox", 1
_CANNOT_WRITE = (OSError, RecursionError, TypeError, ValueError)
"""The disk, a body that an application nested too deeply, or a vendor that gives what is no JSON."""


class StateFile:
    """Read a state from a file and write it there; only the owner may read it, since URLs have secrets.

    Every error at the start is a `ConfigError` in one line, and then the file is as it was. Later ones are a line on
    stderr: the sandbox goes on, and the file has what was written last.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).expanduser()
        with suppress(OSError, RuntimeError):  # a link stays a link, and what it names is replaced
            self._path = self._path.resolve()
        self._lock = FileLock(self._beside(".lock"))
        self._writing = Lock()
        self._failed = False

    def open(self) -> SavedState | None:
        """Lock the file, and return what it has; None if there is none yet, or it is empty."""
        try:
            taken = self._lock.take()
        except OSError as error:
            fix = "give a file in a folder that can be written"
            raise self._error(f"cannot be locked ({_reason(error)}); {fix}") from None
        if not taken:
            raise self._error("another sandbox uses it; give each a file of its own")
        try:
            return self._read()
        except OSError as error:
            self._lock.release()
            raise self._error(f"cannot be read ({_reason(error)})") from None
        except ValueError as error:
            raise self.refuse(error) from None

    def begin(self, saved: SavedState) -> None:
        """Write the first time, so that a file that cannot be written is known before anything is lost."""
        try:
            self._write(saved)
        except _CANNOT_WRITE as error:
            self._lock.release()
            raise self._error(f"cannot be written ({_reason(error)})") from None

    def refuse(self, error: Exception) -> ConfigError:
        """Release the file, and return the error of one whose content cannot be used."""
        self._lock.release()
        said = error.args[0] if error.args else type(error).__name__
        return self._error(f"{said}; give another file, or move this one away")

    def save(self, saved: SavedState) -> None:
        """Write it; a failure is a line on stderr, one until it works again."""
        try:
            self._write(saved)
        except _CANNOT_WRITE as error:
            if not self._failed:
                print(f"smsgate: {self._error(f'cannot be written ({_reason(error)})')}", file=sys.stderr)  # noqa: T201
            self._failed = True
        else:
            self._failed = False

    @property
    def is_open(self) -> bool:
        """Say whether this sandbox uses it now."""
        return self._lock.taken

    def close(self) -> None:
        """Let another sandbox use it."""
        self._lock.release()

    def _read(self) -> SavedState | None:
        try:
            mode = self._path.stat().st_mode
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(mode):
            raise ValueError("is not a file")
        content = self._path.read_bytes()
        return _state_in(content) if content else None

    def _write(self, saved: SavedState) -> None:
        """Write a new file and put it in place of the old one: that stays whole, whatever happens meanwhile."""
        new = self._beside(".new")
        with self._writing:
            try:
                with suppress(FileNotFoundError):
                    new.unlink()
                descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    for piece in _pieces({"format": _FORMAT, "version": _VERSION, "state": saved}):
                        file.write(piece)
                        sleep(0)  # let the thread that serves have the interpreter, which it else gets every 5 ms
                    file.write("\n")
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(self._path)
            except _CANNOT_WRITE:
                with suppress(OSError):
                    new.unlink()
                raise
            _sync_folder(self._path.parent)

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(f"{self._path.name}{ending}")

    def _error(self, what: str) -> ConfigError:
        return ConfigError(f"state file {str(self._path)!r}: {what}")


def _pieces(value: object) -> Iterator[str]:
    """Yield JSON piece by piece: the encoder keeps the interpreter from other threads during each one."""
    if isinstance(value, Copies):
        yield from _array(value.records())
    elif isinstance(value, list | tuple):
        yield from _array(value)
    elif attrs.has(type(value)):
        yield from _object(attrs.asdict(value, recurse=False))  # type: ignore[arg-type] # mypy knows not of `has`
    elif isinstance(value, Mapping):
        yield from _object(value)
    else:
        yield json.dumps(written(value))


def _object(fields: Mapping[str, object]) -> Iterator[str]:
    yield "{"
    for number, (name, value) in enumerate(fields.items()):
        yield f"{',' if number else ''}\n{json.dumps(name)}: "
        yield from _pieces(value)
    yield "}"


def _array(items: Iterable[object]) -> Iterator[str]:
    yield "["
    for number, item in enumerate(items):
        yield f"{',' if number else ''}\n{json.dumps(written(item))}"
    yield "]"


def _state_in(content: bytes) -> SavedState:
    """Return the state in a file. ValueError for what is none: the file may be anyone's."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("is no JSON") from None
    if not isinstance(document, dict) or document.pop("format", None) != _FORMAT:
        raise ValueError("is no state of a sandbox")
    version = document.pop("version", None)
    if type(version) is not int or version != _VERSION:
        raise ValueError(f"has version {str(version)[:20]}, and this smsgate reads version {_VERSION}")
    try:
        return read(document.get("state"), SavedState)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return " ".join(str(error).split())[:200]


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; where folders cannot be opened (Windows) the file system sees to it."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
