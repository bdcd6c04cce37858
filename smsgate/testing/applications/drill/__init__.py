"""A test of an application, once for each way in which a vendor fails.

`faults` (what goes wrong), `invariants` (what must be true all the same), `observed` (gateways that note their
results), `drill` (the fixture's value), `found` (what was found against the application) and `report` (in words).
"""
