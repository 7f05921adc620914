"""Sign-in flow, second factor and account forms, of staff and contacts alike."""
