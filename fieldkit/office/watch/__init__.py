"""Monitoring of the office: checks after intake, logs, metrics, status."""
