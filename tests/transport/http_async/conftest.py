from __future__ import annotations

from tests.transport.http.conftest import authority, ca_bundle, context, serve

__all__ = ["authority", "ca_bundle", "context", "serve"]
