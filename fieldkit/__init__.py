"""fieldkit: offline field service for technicians."""

__version__ = "0.1.0"
