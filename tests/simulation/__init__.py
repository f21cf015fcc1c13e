"""Seeded simulation of a company: real laptops and a real office on a bad day.

The client (`fieldkit.sync`), the office's application and both kinds of store are the real
ones. Only what is around them is played: time, chance, the network, kills and disasters. The
same seed plays the same day, so `python -m tests.simulation SEED --trace` shows a failure
again, step by step.
"""
