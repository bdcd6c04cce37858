"""`smsgate report`: what became of the messages of a run, as a table, CSV, JSON or a page.

In reading order: `command`, `view` (the report as tables, which the terminal and the page share), `terminal`, `rows`
(CSV), `page` (HTML) with `charts`.
"""

from smsgate.cli.report.command import add_to

__all__ = ["add_to"]
