"""What is wrong with a pack although every line is right, and what two packs differ in."""
