"""The command line: one module a noun. It opens a session, calls services, and prints."""
