"""Commands of subscriptions ("Services" on screen)."""
