"""What is checked, and its findings in a line each."""

from __future__ import annotations

from attrs import frozen

from smsgate.doctor.finding import Finding, FindingState

__all__ = ["Subject"]


@frozen
class Subject:
    """What is checked; its methods make findings about it."""

    name: str

    def ok(self, check: str, text: str) -> Finding:
        """Return that it is well."""
        return self._found(check, FindingState.OK, text)

    def warning(self, check: str, text: str, fix: str = "") -> Finding:
        """Return what will become a problem."""
        return self._found(check, FindingState.WARNING, text, fix)

    def problem(self, check: str, text: str, fix: str = "") -> Finding:
        """Return what does not work."""
        return self._found(check, FindingState.PROBLEM, text, fix)

    def not_checked(self, check: str, text: str, fix: str = "") -> Finding:
        """Return what is not known."""
        return self._found(check, FindingState.NOT_CHECKED, text, fix)

    def _found(self, check: str, state: FindingState, text: str, fix: str = "") -> Finding:
        return Finding(subject=self.name, check=check, state=state, text=text, fix=fix)
