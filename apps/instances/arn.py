"""Identifiers in the form that the public languages use (domain page, section 1)."""

from uuid import UUID

from apps.instances.models import Instance


def account_of(instance: Instance) -> str:
    """The twelve digits that stand for the tenant."""
    return f"{instance.pk:012d}"


def instance_arn(instance: Instance) -> str:
    return f"arn:aws:connect:local:{account_of(instance)}:instance/{instance.public_id}"


def arn(kind: str, public_id: UUID, *, of: Instance) -> str:
    """An identifier of the form that helpers of those languages can take apart."""
    return f"{instance_arn(of)}/{kind}/{public_id}"
