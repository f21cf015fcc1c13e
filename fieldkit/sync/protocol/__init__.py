"""What laptop and office say to each other; both sides import this and nothing else of `sync`."""
