"""What is drawn, as text: lines, rows, the verdict in words, status, search."""
