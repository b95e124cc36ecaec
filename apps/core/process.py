"""The name of this process in leases: new at every start, so an old one is known to be dead."""

from uuid6 import uuid7

PROCESS = str(uuid7())
