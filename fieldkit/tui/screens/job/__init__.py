"""Screens of one job."""
