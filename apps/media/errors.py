"""What can go wrong when a party asks for audio."""


class MediaError(Exception):
    """A request the media engine refuses.

    `code` is stable and meant for programs, `message` is a sentence a person can act on.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
