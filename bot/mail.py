"""Mail: counsellors are written to that somebody waits, and nothing about whom.

By Python's own smtplib, in a thread: one mail in a quarter of an hour needs no library of its own.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from bot.channels.channel import Later, Sent
from bot.settings import MailSettings
from handoff.desk.words import Words
from store.hook import Hook

_RULE = "\n\n"


class Mailer:
    """Sends notices by an SMTP server.

    Args:
        settings: the server, and who is written to.
        words: the languages in which every mail is written, one below the other.
        now: the clock.
    """

    def __init__(self, settings: MailSettings, words: Sequence[Words], now: Callable[[], datetime]):
        self._settings, self._words, self._now = settings, words, now
        self._tls = ssl.create_default_context(cafile=settings.ca_file)

    async def send(self, hook: Hook) -> Sent | Later:
        """Sends one notice; a server that refuses it is asked again, until somebody has mended the settings."""
        return await asyncio.to_thread(self._send, self._written(hook))

    def _written(self, hook: Hook) -> EmailMessage:
        settings, kind = self._settings, hook.stream.partition(".")[2]
        mail = EmailMessage()
        mail["From"], mail["To"] = settings.sender, ", ".join(settings.to)
        mail["Subject"] = " / ".join(words(f"mail.{kind}") for words in self._words)
        mail["Date"] = format_datetime(self._now())
        # The same whenever it is tried again, so that a mailbox knows a repeat.
        domain = settings.sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{hook.stream}.{hook.number}.{hook.posted:%Y%m%d%H%M%S%f}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        parts = [f"{words(f'mail.{kind}')}\n{settings.desk}\n{words('mail.why')}" for words in self._words]
        mail.set_content(_RULE.join(parts) + "\n")
        return mail

    def _send(self, mail: EmailMessage) -> Sent | Later:
        settings = self._settings
        assert settings.server
        try:
            if settings.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.server, settings.port, timeout=settings.timeout, context=self._tls
                )
            else:
                server = smtplib.SMTP(settings.server, settings.port, timeout=settings.timeout)
            with server:
                if settings.security == "starttls":
                    server.starttls(context=self._tls)
                if settings.user and settings.password:
                    server.login(settings.user, settings.password.get_secret_value())
                # Whoever is refused beside others who are not is the mail server's to complain about to the sender.
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused:
            return Later("recipients")
        except smtplib.SMTPResponseException as error:
            return Later(str(error.smtp_code))
        except smtplib.SMTPException:
            return Later("smtp")
        except ssl.SSLError:
            return Later("tls")
        except OSError:
            return Later("network")
        return Sent()

    async def close(self) -> None:
        """Every mail ends its own connection."""
