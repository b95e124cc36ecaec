"""What every new instance gets: the built-in prompts and the default flows, published."""

import json
from pathlib import Path
from typing import Any

from apps.core.unit_of_work import unit_of_work
from apps.flows.domain.references import find_all, rewrite
from apps.flows.domain.types import type_of_metadata
from apps.flows.models import ContactFlow, Prompt
from apps.flows.services.publishing import create_flow, publish
from apps.instances.models import Instance

DEFAULTS = Path(__file__).resolve().parent.parent / "defaults"
BUILTIN_PROMPTS = {
    "Beep": Prompt.Builtin.BEEP,
    "CustomerHold": Prompt.Builtin.MUSIC,
    "CustomerQueue": Prompt.Builtin.MUSIC,
}


def create_builtin_prompts(instance: Instance) -> None:
    for name, builtin in BUILTIN_PROMPTS.items():
        Prompt.objects.create(instance=instance, name=name, builtin=builtin)


def create_default_flows(instance: Instance) -> None:
    """One published flow of each kind that runs when no other is set, and a sample."""
    for path in sorted(DEFAULTS.glob("default_*.json")):
        create_shipped_flow(instance, path.stem, is_default=True)
    create_shipped_flow(instance, "sample_inbound")


def create_shipped_flow(
    instance: Instance, stem: str, *, name: str = "", is_default: bool = False
) -> ContactFlow:
    """Create and publish one of the flows that come with the product; names become ids."""
    content = json.loads((DEFAULTS / f"{stem}.json").read_text(encoding="utf-8"))
    metadata = content["Metadata"]
    kind = type_of_metadata(metadata["type"])
    assert kind is not None, stem
    with unit_of_work():
        flow = create_flow(
            instance=instance,
            name=name or metadata["name"],
            kind=kind.value,
            content=_with_names(content),
            is_default=is_default,
        )
        publish(flow)
    return flow


def _with_names(content: dict[str, Any]) -> dict[str, Any]:
    """Shipped flows say `name:BasicQueue`; a plain name resolves in any instance."""
    found = find_all(content)
    return rewrite(
        content, {(each.kind, each.value): each.name for each in found if each.name is not None}
    )
