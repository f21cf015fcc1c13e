"""A technician's day: today's jobs, calls, history, the end of the day."""
