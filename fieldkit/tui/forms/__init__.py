"""Forms: what each one holds, and the editors of its fields."""
