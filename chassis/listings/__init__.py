"""Listings: lists over all clients, their arguments, and their pages with orders, filters and totals."""
