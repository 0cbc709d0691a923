"""The outside: channels, the turn, delivery, timers, settings and the command line."""
