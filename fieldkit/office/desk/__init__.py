"""What the people of the office do: jobs, approvals, complaints, conflicts, look-ups."""
