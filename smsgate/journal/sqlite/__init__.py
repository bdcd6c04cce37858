"""The journal in one SQLite file.

`journal` is what gateways open. `database` is the file in this process, `connection` what executes statements, `opened`
the file while it is open, with its own `file_locks` and a check of its `files`; `timeline` is the journal's own time.
`schema` makes the tables of the latest of the `versions`, `soundness` says whether a file is whole. The statements on
the tables are in `database` beside this folder.
"""
