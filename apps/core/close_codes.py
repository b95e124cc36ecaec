"""Why we close a socket. A server may send 1000 and 3000 to 4999 only: Daphne fails on any other.

What a page does with each is said by `FINAL_CODES` of lib/socket.js: it stays away, or comes back.
"""

NORMAL = 1000
PRIVATE = range(3000, 5000)

REFUSED = 4000  # a caller's page that has no call, or none any more
NOT_A_MESSAGE = 4400
NOT_SIGNED_IN = 4401
NO_PERMISSION = 4403
UNKNOWN_INSTANCE = 4404
SILENT = 4408  # nothing was heard, nor an answer when we asked
SESSION_ENDED = 4409
LOGGED_OUT = 4410  # by choosing Offline (SR-069): the page goes to the log-in page
TRY_AGAIN = 4424  # the database cannot be reached
TOO_MUCH = 4429  # a flood, or one message that is too large


def may_be_sent(code: int | None) -> bool:
    """None stands for NORMAL."""
    return code is None or code == NORMAL or code in PRIVATE
