"""The scenarios of a pack: run, their coverage, and what they would not notice."""
