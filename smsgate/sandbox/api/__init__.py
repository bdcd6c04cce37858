"""The sandbox for other processes, in any language: JSON at `/_sandbox/`, which no vendor has.

`operations` is the table of what there is; each row names a function of `control`. Its first line is the summary, its
parameters are the request, and what it returns is the answer. From these `schema` makes JSON Schemas, with which
`reading` reads requests, and `description` describes all of it (OpenAPI 3.1).
"""

from smsgate.sandbox.api.application import application

__all__ = ["application"]
