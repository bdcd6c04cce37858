"""The values: what goes in, what comes out, what comes back, and the errors; each is valid once it is made."""
