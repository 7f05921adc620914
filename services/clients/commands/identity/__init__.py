"""Commands of identity: staff accounts, sign-in, second factor, sessions, tokens."""
