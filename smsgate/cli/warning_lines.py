"""What the library warns of, shown to who runs a command."""

from __future__ import annotations

import logging

from smsgate.cli.error_lines import print_error
from smsgate.cli.verbose_log import is_verbose

__all__ = ["WARNING_LINES"]

_SHOWN = {"smsgate.receiving.opt_outs", "smsgate.receiving.polling", "smsgate.send"}
"""The loggers of what the commands show themselves."""


class _WarningLines(logging.Handler):
    """Writes each warning to standard error, unless all that is logged is shown there."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one, with its traceback where it has one."""
        if record.name not in _SHOWN and not is_verbose():
            print_error(self.format(record))


WARNING_LINES = _WarningLines(logging.WARNING)
"""The handler of the process: adding it to a logger twice adds it once."""
