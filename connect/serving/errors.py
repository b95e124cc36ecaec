"""Why the house cannot be served: a stable code and a sentence a person can act on."""


class ServeError(Exception):
    """Stops the start with exit code 1; the sentence is all that is shown."""

    code = "cannot_serve"


class DataFolderInUseError(ServeError):
    """Another process serves this data folder."""

    code = "data_folder_in_use"


class AudioUnreachableError(ServeError):
    """Browsers are told of an address at which no audio is listened for."""

    code = "audio_unreachable"


class PortInUseError(ServeError):
    """The address cannot be listened on."""

    code = "port_in_use"


class RoleError(ServeError):
    """The role and the settings do not fit together."""

    code = "role"


class OptionError(ServeError):
    """An option has a value that cannot be used."""

    code = "option"


class VolumeNotSharedError(ServeError):
    """A media process sees another data folder than control."""

    code = "volume_not_shared"


class PartFailedError(ServeError):
    """A part of the house did not start."""

    code = "part_failed"
