from apps.contacts.models.connection import Connection, FlowRun
from apps.contacts.models.contact import VOICE, Call, Contact, ContactEvent
from apps.contacts.models.node import MediaNode, SweepMark
from apps.contacts.models.offer import Offer

__all__ = [
    "VOICE",
    "Call",
    "Connection",
    "Contact",
    "ContactEvent",
    "FlowRun",
    "MediaNode",
    "Offer",
    "SweepMark",
]
