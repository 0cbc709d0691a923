"""The simulator: a phone in the browser, to chat as a child would."""
