"""The office's HTTP interface: routes, the server, signed replies, limits."""
