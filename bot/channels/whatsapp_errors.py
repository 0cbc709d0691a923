"""What WhatsApp's error codes mean for a message: tried again, or never.

Source of the codes: Meta, "WhatsApp Business Platform: error codes"
(developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes). What is wrong with
our account or our pace is Later, so that no child's answer is lost to it; what is wrong with this message or
this recipient is Never.
"""

from collections.abc import Mapping

from bot.channels.channel import Later, Never

_PAIR_LIMIT = 131056

# Seconds, where Meta says how long, or where hurrying makes it worse.
_LATER: Mapping[int, float | None] = {
    0: 300.0,  # the token is not valid any more
    1: None,  # unknown API error, or a temporary fault
    2: None,  # temporarily down or overloaded
    3: 300.0,  # our app lacks a capability
    4: 60.0,  # too many calls of the app
    10: 300.0,  # our app lacks a permission
    33: 300.0,  # our business phone number was deleted
    190: 300.0,  # the token expired
    368: 600.0,  # our account is blocked for a time
    80007: 60.0,  # rate limit of the business account
    130429: 1.0,  # throughput of the number (80 messages a second)
    131000: None,  # something went wrong
    131005: 300.0,  # permission not granted or removed
    131016: None,  # service unavailable
    131031: 600.0,  # our account is locked
    131037: 600.0,  # our display name awaits approval
    131042: 600.0,  # a payment of ours is due
    131045: 300.0,  # our number is not registered
    131048: 600.0,  # spam limit of our number
    _PAIR_LIMIT: 6.0,  # pair limit: one message per 6 seconds to one person
    131057: 60.0,  # our account is in maintenance
    131064: 600.0,  # messaging limit of our account
    133004: None,  # server temporarily unavailable
    133010: 300.0,  # our number is not registered
    135000: None,  # generic, unknown
}

_NEVER = frozenset({
    100,  # a parameter is not valid
    130403,  # the recipient blocked us
    130472,  # the recipient is in an experiment
    130497,  # we may not write to that country
    131008,  # a parameter is missing
    131009,  # a parameter's value is not valid
    131021,  # sender and recipient are the same
    131026,  # undeliverable: no WhatsApp there, or terms not accepted, or too old an app
    131030,  # not in the test number's list
    131047,  # more than 24 hours since the child wrote
    131049,  # held back for the health of the ecosystem
    131050,  # the recipient stopped messages
    131051,  # the type of message is not supported
    131052,  # media could not be downloaded
    131053,  # media could not be uploaded
    131062,  # this message may not go to a business-scoped user id
    137000,  # the recipient's identity key changed
})  # fmt: skip


def refusal(code: int, status: int, *, transient: bool = False, retry_after: float | None = None) -> Later | Never:
    """Says what an error answer means for the message.

    Args:
        code: Meta's error code, or the HTTP status where the answer held none.
        status: the HTTP status of the answer.
        transient: whether the answer says that the fault will pass.
        retry_after: seconds, where the answer asked for them.
    """
    if code in _LATER:
        after = retry_after or _LATER[code]
        return Later(str(code), after, account=_LATER[code] is not None and code != _PAIR_LIMIT)
    if code in _NEVER:
        return Never(str(code))
    # Without a code of Meta's something in between answered; 200 to 299 are missing permissions of our app.
    if code == status or transient or status in (401, 403, 429) or status >= 500 or 200 <= code <= 299:
        return Later(str(code), retry_after)
    return Never(str(code))
