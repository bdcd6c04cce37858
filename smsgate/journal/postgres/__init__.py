"""The journal in a PostgreSQL database, shared by the processes of all hosts (extra ``postgres``).

`journal` is what gateways open. `database` is the database in this process, `connection` what executes statements,
`statement` their form on this server; `timeline` is the journal's own time, by the server's clock. `schema` makes the
tables of the latest of the `versions`. The statements on them are in `database` beside this folder.
"""
