"""The support service: tickets, their replies, departments."""
