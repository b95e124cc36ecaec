"""The read-only facts a step may ask for. The caller hands them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from apps.flows.domain.document import Document
from apps.flows.domain.types import FlowType


@dataclass(frozen=True)
class Queue:
    """A queue as a flow sees it."""

    id: str
    name: str
    arn: str = ""


@dataclass(frozen=True)
class FlowVersion:
    """One published version: ``id`` names it for ever, ``flow`` is the flow it belongs to."""

    id: str
    flow: str
    type: FlowType
    document: Document


class World(Protocol):
    """References are ids, ARNs or names as written in the document; unknown ones give None."""

    @property
    def values(self) -> Mapping[str, Any]:
        """The roots below ``$``: Attributes, CustomerEndpoint, Queue, Channel, LanguageCode …"""

    @property
    def target_queue(self) -> str | None:
        """The id of the contact's working queue."""

    def queue(self, reference: str) -> Queue | None:
        """The queue, None when it does not resolve."""

    def agent_queue(self, reference: str) -> Queue | None:
        """The personal queue of an agent, None when the agent does not resolve."""

    def hours_open(self, hours: str | None, *, queue: str | None) -> bool | None:
        """Whether the hours (without: those of the queue) are open now; None without any."""

    def metric(self, name: str, *, queue: str | None, agent: str | None) -> float | None:
        """The current value of a CheckMetricData metric, ages in seconds."""

    def prompt(self, reference: str) -> str | None:
        """The id of a recorded prompt."""

    def flow(self, reference: str) -> FlowVersion | None:
        """The version of a flow published now."""

    def version(self, version_id: str) -> FlowVersion:
        """The version a run is pinned to."""

    def random(self) -> float:
        """A number from 0 up to, not including, 1."""
