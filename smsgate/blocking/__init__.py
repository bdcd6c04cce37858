"""The interface for threads: each method runs the core's, which is asynchronous, to its end.

`gateway` and `provider` are what an application uses; `resources` are a vendor's contacts, groups, templates and
messages, `records` what the journal knows, `bulk` the results of a bulk send. `face` makes a method of one line.
"""
