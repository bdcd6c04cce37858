"""What an application may watch: traces and metrics of OpenTelemetry, and the log.

Without OpenTelemetry (extra ``otel``) no span and no metric is made. None of this changes an outcome: what it raises is
logged. No number, text or secret is in any of it.
"""
