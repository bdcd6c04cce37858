"""Settings, from a TOML file, a mapping or the environment.

All errors are found before the first request and reported together, each as "source: path: what is wrong". Any text
may be in an environment variable or a file: ``token = { env = "NAME" }`` or ``{ file = "path" }``.

In reading order: `config` (what a Gateway is built from), `reader` (one source), `top` (its first level), `accounts`
(its providers), `senders`, `drafts` and `checks` (what must fit together), `variables` (the environment), `toml_file`,
`problems`. For commands: `source` (settings as they are written), `doubts`, `shown`, `schema`.
"""

from smsgate.config.accounts import Account
from smsgate.config.config import Config

__all__ = ["Account", "Config"]
