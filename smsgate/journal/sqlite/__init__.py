"""The journal in one SQLite file.

`journal` and `inbox` are what gateways call. `writer` is the one thread with the queue in front of it; `commits` is
what that thread commits together; `unrecorded` keeps the ends that it could not write yet; `ending` closes a journal.
`database` is the file in this process, `opened` the file while it is open, with its own `file_locks` and a check of its
`files`; `lease` and `process` say which intents belong to which process; `timeline` is the journal's own time.
`schema` has the tables; `claims`, `entries` and `runs` the statements on each `row`; `deliveries`,
`arrivals`, `opt_outs`, `positions` and `ids`
those on what comes back.
"""
