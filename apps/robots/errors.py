"""What stops a robot: one sentence, printed before it exits with 2."""


class RobotError(Exception):
    """A sentence for the person who started the robot."""


class SignedOutError(RobotError):
    """The server signed the robot out because it went offline (SR-069)."""


class RefusalError(RobotError):
    """The panel's server declined one command; `code` is the server's stable code.

    `generation` is the one an offer of audio should have been for; None if it was not stale.
    """

    def __init__(self, message: str, *, code: str, generation: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.generation = generation
