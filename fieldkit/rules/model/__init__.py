"""What a rule pack is, what it is asked, and what its rules mean."""
