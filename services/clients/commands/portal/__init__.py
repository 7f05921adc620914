"""Commands of the client portal: invitations, sign-in, a contact's email and password."""
