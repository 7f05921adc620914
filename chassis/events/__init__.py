"""Events: the unit of work with its outbox, the relay, listeners with their inbox, and parked messages."""
