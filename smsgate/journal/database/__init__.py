"""What the journals in databases share: one writer in front of a database, and the statements on its tables.

`connection` says what a database has to offer; `sqlite` and `postgres` beside this folder offer it. `journal` and
`inbox` are what gateways call. `writer` is the one thread with the queue in front of it; `commits` is what that thread
commits together; `unrecorded` keeps the ends that it could not write yet; `ending` closes a journal. `lease` and
`process` say which intents belong to which process. `claims`, `entries` and `runs` have the statements on each `row`;
`deliveries`, `arrivals`, `opt_outs`, `positions` and `ids` those on what comes back.

The statements are in the SQL that both databases understand, with a question mark for each parameter.
"""
