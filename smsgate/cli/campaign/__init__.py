"""Sending a file of messages: its plan, its run, the files of results and rejects, and its summary.

In reading order: `source` and `duplicates` (which rows are sent), `plan`, `earlier` (what its run has done before),
`order` (all of these), `campaign` (the run), `progress`, `files` and `row_file` (results and rejects), `tally`,
`report`.
"""
