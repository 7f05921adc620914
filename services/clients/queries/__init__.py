"""Queries of the clients service: reads that change nothing but when somebody was last seen."""
