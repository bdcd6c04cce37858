"""Who is asked, in which order, and who is asked next: only where it is certain that no text is out.

In the order of a message: `limits` (what stops it before anybody is asked), `route` and `table` (which route it takes),
`order`, `breaker`, `failover`; `plan` tells all of it beforehand.
"""
