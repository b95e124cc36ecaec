"""Who hears whom, as a table the packet loop can follow. Pure.

The table depends on nothing but the desired state and on what is there, so any order of messages
ends in the same routing (architecture decision 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.media.desired import CallDesired, LegDesired


@dataclass(frozen=True, slots=True)
class Route:
    """One way out: a listening leg and the audio line of it that carries the source."""

    leg: str
    slot: int


# The player that a call has for lines that would seem dead.
COMFORT = "comfort"
Table = dict[str, tuple[Route, ...]]


def routing_table(desired: CallDesired, slots: Mapping[str, int]) -> Table:
    """Return source id → routes for a call.

    `slots` holds the legs that are there and how many audio lines each can hear at once. Sources
    take a leg's lines in the order of `hears`; those beyond the last line are left out.
    """
    table: Table = {}
    if desired.ended:
        return table
    wanted = {leg.leg for leg in desired.legs}
    sources = {player.player for player in desired.players} | (wanted & slots.keys())
    for leg in sorted(desired.legs, key=lambda leg: leg.leg):
        for slot, source in enumerate(_heard(leg, sources)[: slots.get(leg.leg, 0)]):
            table[source] = (*table.get(source, ()), Route(leg.leg, slot))
    return table


def _heard(leg: LegDesired, sources: set[str]) -> list[str]:
    """Return the present sources a leg hears, each once, never itself.

    When none of them is there (a party whose path broke), the line must not seem dead: comfort
    sound, if the call has it. Who shall hear nobody hears nothing.
    """
    heard = [s for s in dict.fromkeys(leg.hears) if s in sources and s != leg.leg]
    is_dead_line = not heard and any(s != leg.leg for s in leg.hears)
    return [COMFORT] if is_dead_line and COMFORT in sources else heard
