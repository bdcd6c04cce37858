"""Runs on a queue: messages are enqueued in the journal, and runners of any process send them in ranges.

In reading order: `enqueueing` (messages into the journal), `runner` (lanes side by side), `range_sender` (one range of
one lane), `trouble` (what pauses a lane, and when a message is tried again), `runs` (status, pause, cancel).
"""
