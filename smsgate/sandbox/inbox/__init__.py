"""The inbox: the pages on which a developer sees what the vendors were asked and what arrived on phones.

The server makes the pages, a script only exchanges parts of them: each link and form works without it.

Reading order: `paths`, `drawing` (text that cannot deceive), `blocks` (its segments), `bubbles`, `assets`, `pages`
(what each page needs), `events` (the notice that something has changed), then a module for each page, and `routes`.
"""

from smsgate.sandbox.inbox.paths import refuse_reserved
from smsgate.sandbox.inbox.routes import routes

__all__ = ["refuse_reserved", "routes"]
