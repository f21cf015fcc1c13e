"""From the files of a rule pack to the pack, with every problem at its place."""
