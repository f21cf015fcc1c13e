"""Screens of complaints."""
