"""Who may use a sandbox: programs of this machine, and those that have its token, but no foreign page.

Reading order: `loopback`, `access_token`, `access` (where it listens, and by which names), `area` (which part of it a
request is for), `foreign_pages`, `login`, `page_headers`.
"""
