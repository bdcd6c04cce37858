"""The commands that serve the sandbox: `smsgate sandbox`, `smsgate demo` and `smsgate analyse --web`."""
