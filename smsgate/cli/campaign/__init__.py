"""Sending a file of messages: its plan, its run, the files of results and rejects, and its summary.

In reading order: `plan`, `campaign` (the run), `files` and `row_file` (results and rejects), `tally`, `report`.
"""
