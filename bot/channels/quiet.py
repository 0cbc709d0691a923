"""Keeping tokens, addresses and words out of the logs that other people's libraries write.

httpx logs every address it calls at INFO, and Telegram's token stands in the address; python-telegram-bot
logs whole requests at DEBUG and whole unreadable answers at ERROR; pywa logs whole requests at DEBUG;
uvicorn's access log holds the query of WhatsApp's verification, with its token, and the caller's address.
"""

import logging

# Every failure of these libraries is mapped to a value and counted by us, so nothing is lost.
_MUTE = ("httpx", "httpcore", "telegram", "pywa")


class _WithoutQuery(logging.Filter):
    """Cuts the query and the caller out of uvicorn's access records."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 5:
            _, method, path, version, status = record.args
            record.args = ("-", method, str(path).partition("?")[0], version, status)
        return True


_WITHOUT_QUERY = _WithoutQuery()


def quiet() -> None:
    """Mutes the clients' loggers and redacts the access log. May be called any number of times."""
    for name in _MUTE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        for child in _children(name):
            child.setLevel(logging.NOTSET)
    # addFilter keeps one of each.
    logging.getLogger("uvicorn.access").addFilter(_WITHOUT_QUERY)


def _children(name: str) -> list[logging.Logger]:
    return [
        logger
        for key, logger in logging.root.manager.loggerDict.items()
        if key.startswith(f"{name}.") and isinstance(logger, logging.Logger)
    ]
