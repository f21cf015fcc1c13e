"""The home folder: where it is, its key, who has it open, files that appear whole or not at all."""
