"""A plug-in of pytest for tests of applications: `plugin` has its fixtures, which import what they need.

`settings` (what the application sends with), `outbox` (a list of what it has sent), `server` (the sandbox
of a test), and `drill` (a test of the application once for each way in which a vendor fails).
"""
