"""The office: takes every laptop's events, keeps their order, hands out what concerns whom."""
