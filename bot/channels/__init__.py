"""The messengers, and the only room that imports python-telegram-bot and pywa."""
