"""Commands of the client portal: invitations, sign-in, one's own email and password."""
