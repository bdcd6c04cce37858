"""What could read a table that grows reads an index, as PostgreSQL plans it once there is much in the table."""

from __future__ import annotations

from contextlib import closing

import pytest

from smsgate.journal.database.budgets import PAGE
from tests.journal_at import journal_at, rows

pytestmark = pytest.mark.threads  # no gateway is in this process


def test_a_budget_is_listed_by_its_own_values(database: str) -> None:
    with closing(journal_at(database)):
        rows(
            database,
            "INSERT INTO budgets SELECT id, decode(md5(id::text), 'hex'), 'budgets.' || mod(id, 2000), '', 1, 0 "
            "FROM generate_series(1, 20000) AS id",
        )
        rows(database, "ANALYZE budgets")
        statement = f"SELECT id FROM budgets WHERE budget = 'budgets.7' AND id > 5000 ORDER BY id LIMIT {PAGE}"
        plan = " ".join(step for (step,) in rows(database, f"EXPLAIN {statement}"))
        assert "using values_of_budgets" in plan or "on values_of_budgets" in plan
