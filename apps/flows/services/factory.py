"""What every new instance gets: the built-in prompts and the default flows, published."""

from typing import Any

from apps.core.unit_of_work import unit_of_work
from apps.flows.defaults import default_flows
from apps.flows.domain.references import find_all, rewrite
from apps.flows.models import ContactFlow, Prompt
from apps.flows.services.publishing import create_flow, publish
from apps.instances.models import Instance

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
    for shipped in default_flows():
        if shipped.slug.startswith("default_"):
            create_shipped_flow(instance, shipped.slug, is_default=True)
    create_shipped_flow(instance, "sample_inbound")


def create_shipped_flow(instance: Instance, slug: str, *, is_default: bool = False) -> ContactFlow:
    """Create and publish one of the flows that come with the product; names become ids."""
    shipped = next(each for each in default_flows() if each.slug == slug)
    with unit_of_work():
        flow = create_flow(
            instance=instance,
            name=shipped.name,
            kind=shipped.type.value,
            content=_with_names(shipped.content),
            description=shipped.description,
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
