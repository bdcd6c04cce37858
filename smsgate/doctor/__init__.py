"""Checks an installation without changing anything: what is wrong, and how it is put right.

    from smsgate.doctor import examine

    for finding in examine(Config.from_file("smsgate.toml")):
        ...

`examination` runs the checks; `account` is about one provider (`pace`, `tokens`, `credentials` by `first_read`,
`clock` by `watched`, `presumed`), `journal` and `webhooks` about what all of them share. ``smsgate doctor`` prints the
findings.
"""

from smsgate.doctor.examination import examine
from smsgate.doctor.finding import Finding, FindingState

__all__ = ["Finding", "FindingState", "examine"]
