"""The organization: its teams, numbers and user."""

from typing import Any

from smsgate_salesmsg_sandbox import shapes
from smsgate_salesmsg_sandbox.answers import refusal
from smsgate_salesmsg_sandbox.requests import whole
from smsgate_salesmsg_sandbox.routes import Call, Route


async def teams(call: Call) -> list[dict[str, Any]]:
    """List the teams as a bare array."""
    call.query({})
    return [shapes.team(team) for team in call.account.teams.values()]


async def team_numbers(call: Call) -> list[dict[str, Any]]:
    """List a team's numbers as a bare array."""
    call.query({})
    if call.id("team") not in call.account.teams:
        raise refusal(404, "Team not found")
    return [shapes.line(line) for line in call.account.lines.values() if line.team_id == call.id("team")]


async def numbers(call: Call) -> dict[str, Any]:
    """List a page of the account's numbers. PRESUMED: no source shows the shape."""
    fields = call.query({"page": whole(), "limit": whole(most=100)})
    shown = [shapes.line(line) for line in call.account.lines.values()]
    return shapes.paged(shown, fields["page"] or 1, fields["limit"] or len(shown))


async def user(call: Call) -> dict[str, Any]:
    """Show the user whose token it is."""
    call.query({})
    return shapes.OWNER


async def members(call: Call) -> list[dict[str, Any]]:
    """List the users as a bare array."""
    call.query({})
    return [shapes.OWNER]


async def current(call: Call) -> dict[str, Any]:
    """Show the organization."""
    call.query({})
    return {"id": 1, "name": "Sandbox"}


ROUTES = (
    Route("GET", "teams", teams, "teams:read"),
    Route("GET", "teams/all", teams, "teams:read"),
    Route("GET", "teams/{team:[0-9]+}/numbers", team_numbers, "teams:read"),
    Route("GET", "numbers", numbers, "numbers:read"),
    Route("GET", "user", user, "users:read"),
    Route("GET", "users/me", user, "users:read"),
    Route("GET", "organization/current", current, "organizations:read"),
    Route("GET", "organization/members", members, "organizations:read"),
)
