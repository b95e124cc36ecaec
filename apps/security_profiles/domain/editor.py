"""How the editor of a profile arranges the catalogue: groups, and a row for each resource."""

from dataclasses import dataclass

from apps.security_profiles.domain.catalogue import BY_NAME, CATALOGUE, Permission

# What guards nothing yet is not offered; whoever holds it keeps it.
OFFERED = tuple(permission for permission in CATALOGUE if not permission.later)
NOT_OFFERED = frozenset(permission.name for permission in CATALOGUE if permission.later)


@dataclass(frozen=True, slots=True)
class Row:
    """All that may be done with one resource."""

    resource: str
    permissions: tuple[Permission, ...]

    @property
    def inclusions(self) -> tuple[tuple[Permission, tuple[Permission, ...]], ...]:
        """Which permission brings others along that are offered, besides the row's own View."""
        own = {permission.name for permission in self.permissions if permission.action == "View"}
        left = NOT_OFFERED | own
        beyond = ((p, [name for name in p.implies if name not in left]) for p in self.permissions)
        return tuple((p, tuple(BY_NAME[name] for name in names)) for p, names in beyond if names)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    rows: tuple[Row, ...]


def groups() -> tuple[Group, ...]:
    """In the order of the catalogue."""
    labels = dict.fromkeys(permission.group for permission in OFFERED)
    return tuple(Group(label, _rows(label)) for label in labels)


def _rows(group: str) -> tuple[Row, ...]:
    of_group = [permission for permission in OFFERED if permission.group == group]
    resources = dict.fromkeys(permission.resource for permission in of_group)
    return tuple(Row(r, tuple(p for p in of_group if p.resource == r)) for r in resources)
