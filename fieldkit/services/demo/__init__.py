"""The demo day, and jobs made by chance."""
