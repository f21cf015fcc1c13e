"""One function for each thing that a person does: load, ask the domain, commit."""
