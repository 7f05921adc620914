"""Commands on a client's record: profile, contacts, notes, custom fields; groups and tags."""
