"""The people of the office: who they are, what they may do, and the log of what they did."""
