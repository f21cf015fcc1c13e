"""The office: take events from laptops, order them, send each person her records."""
