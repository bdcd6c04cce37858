"""How a sandbox keeps its state in a file: `saved_state` (what), `file_lock`, `state_file` (where), `saving` (when)."""
