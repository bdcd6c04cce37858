"""The way of an event: polled or called, deduplicated, joined with what was sent, delivered to the application."""
