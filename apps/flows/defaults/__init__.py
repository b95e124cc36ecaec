"""The flows a new instance starts with, as JSON beside this file.

Resources are named (``name:BasicQueue``); ``domain.references.rewrite`` puts an instance's ids in.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from apps.flows.domain.document import read
from apps.flows.domain.types import FlowType


@dataclass(frozen=True)
class DefaultFlow:
    """One shipped flow; ``content`` is the decoded document."""

    slug: str
    name: str
    description: str
    type: FlowType
    content: dict[str, Any]


@cache
def default_flows() -> tuple[DefaultFlow, ...]:
    """All shipped flows, by slug. Do not change their content."""
    files = sorted(Path(__file__).parent.glob("*.json"))
    return tuple(_load(file) for file in files)


def _load(file: Path) -> DefaultFlow:
    content = json.loads(file.read_text(encoding="utf-8"))
    flow_type = read(content).flow_type
    if flow_type is None:
        raise ValueError(f"{file.name} has no Metadata.type.")
    metadata = content["Metadata"]
    return DefaultFlow(file.stem, metadata["name"], metadata["description"], flow_type, content)
