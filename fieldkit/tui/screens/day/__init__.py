"""Screens of the day: the list of jobs, calls, the van, the end of the day."""
