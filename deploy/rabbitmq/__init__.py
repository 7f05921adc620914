"""The broker's users, what each of them may do, and the exchanges that they share."""
