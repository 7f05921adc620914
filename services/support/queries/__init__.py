"""Plain reads of tickets."""
