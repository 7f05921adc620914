"""Commands of mail: the queue, and sending from it."""
