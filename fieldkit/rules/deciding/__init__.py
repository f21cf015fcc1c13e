"""From a case to a decision: facts, stages, engines, and the pack of the day."""
