"""Whether all is well at the office: checks, log, metrics, status."""
