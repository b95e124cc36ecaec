"""The only writer of the numbers of an instance."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.flows.models import ContactFlow, FlowType
from apps.instances.models import Instance
from apps.instances.referring import uses_of
from apps.instances.saving import check_fields, locked, note
from apps.instances.services.quotas import check_room
from apps.numbers.domain.e164 import parse_number
from apps.numbers.models import PhoneNumber, PoolNumber, kind_of
from apps.numbers.services.pool import put_back

if TYPE_CHECKING:
    from apps.users.models import User

COOL_DOWN = timedelta(days=30)


class NumberTaken(Conflict):
    code = "NUMBER_TAKEN"
    message = _("This number is already in use.")


class NumberResting(Conflict):
    """Released not long ago; people may still call it for whoever had it."""

    code = "NUMBER_RESTING"
    message = _("This number was released a short time ago and cannot be claimed yet.")


class FlowNotPublished(Conflict):
    code = "FLOW_NOT_PUBLISHED"
    message = _("Publish the flow first: only a published flow can answer calls.")


class FlowOfWrongType(InvalidInput):
    code = "FLOW_OF_WRONG_TYPE"
    message = _("Choose a flow of the type Inbound flow: others cannot answer calls.")


class NumberInUse(Conflict):
    """The sentence names who uses it."""

    code = "NUMBER_IN_USE"

    def __init__(self, uses: list[Use]) -> None:
        text = _("The number is still needed: {uses}. Take it out there first.")
        sentences = ", ".join(str(use.sentence) for use in uses)
        super().__init__(format_lazy(text, uses=sentences))


def claim_number(
    *, instance: Instance, e164: str, description: str = "", flow: ContactFlow | None = None
) -> PhoneNumber:
    """Take any number for the instance, in any writing of its home country (SR-024).

    For the installation itself: people claim from the pool.
    """
    canonical = parse_number(e164, instance.country).e164
    with unit_of_work():
        PoolNumber.objects.filter(e164=canonical).delete()
        return _create(instance, canonical, description=description, flow=flow)


def claim_from_pool(
    *,
    instance: Instance,
    number: PoolNumber,
    description: str = "",
    flow: ContactFlow | None = None,
    acting_user: "User | None" = None,
) -> PhoneNumber:
    """Move a number from the pool to the instance.

    Of two who want the same one gets it, and the other NumberTaken.
    """
    with unit_of_work():
        check_room(instance, "phone_numbers", PhoneNumber.objects.all())
        free = PoolNumber.objects.select_for_update().filter(pk=number.pk).first()
        if free is None:
            raise NumberTaken(field="number")
        if free.available_from is not None and free.available_from > clock.now():
            raise NumberResting(field="number")
        free.delete()
        claimed = _create(instance, free.e164, description=description, flow=flow)
    note("number claimed", claimed, acting_user=acting_user)
    return claimed


def attach_flow(
    number: PhoneNumber, flow: ContactFlow | None, *, acting_user: "User | None" = None
) -> PhoneNumber:
    """Say what answers calls to the number from now on; None: calls to it fail."""
    return _change(number, {"flow": flow}, acting_user=acting_user)


def describe(
    number: PhoneNumber, description: str, *, acting_user: "User | None" = None
) -> PhoneNumber:
    """Say what the number is for."""
    return _change(number, {"description": description}, acting_user=acting_user)


def release_number(number: PhoneNumber, *, acting_user: "User | None" = None) -> None:
    """Give the number back; it rests in the pool before anybody can claim it again.

    Raises NumberInUse while somebody refers to it. Its flow loses the number, nothing else.
    """
    with unit_of_work():
        released = locked(number)
        try:
            released.delete()
        except ProtectedError:
            raise NumberInUse(uses_of(released)) from None
        put_back(released, available_from=clock.now() + COOL_DOWN)
    note("number released", number, acting_user=acting_user)


def _change(
    number: PhoneNumber, values: dict[str, Any], *, acting_user: "User | None"
) -> PhoneNumber:
    with unit_of_work():
        fresh = locked(number)
        for field, value in values.items():
            setattr(fresh, field, value)
        _check(fresh)
        fresh.save(update_fields=list(values))
    note("number changed", fresh, acting_user=acting_user)
    return fresh


def _create(
    instance: Instance, e164: str, *, description: str, flow: ContactFlow | None
) -> PhoneNumber:
    number = PhoneNumber(
        instance=instance, e164=e164, kind=kind_of(e164), description=description, flow=flow
    )
    _check(number)
    try:
        with transaction.atomic():
            number.save()
    except IntegrityError:
        raise NumberTaken(field="number") from None
    return number


def _check(number: PhoneNumber) -> None:
    check_fields(number)
    flow = number.flow
    if flow is None:
        return
    if flow.kind != FlowType.CONTACT_FLOW:
        raise FlowOfWrongType(field="flow")
    if flow.published_id is None:
        raise FlowNotPublished(field="flow")
