"""A file of messages on its way: its plan, its run, the files that it leaves behind, and its summary.

In reading order: `plan`, `campaign` (the run), `files` and `row_file` (results and rejects), `tally`, `report`.
"""
