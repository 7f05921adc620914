"""What changes a ticket, one transaction a command."""
