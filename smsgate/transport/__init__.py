"""How one account asks its vendor: retries, rate limit, renewal of tokens, and in `http` the only sockets."""
