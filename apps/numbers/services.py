"""Claiming numbers and giving them flows."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.numbers.domain.e164 import parse_number
from apps.numbers.models import PhoneNumber


class NumberTaken(Conflict):
    code = "NUMBER_TAKEN"
    message = _("This number is already in use.")


class FlowNotPublished(Conflict):
    code = "FLOW_NOT_PUBLISHED"
    message = _("Publish the flow first: only a published flow can answer calls.")


def claim_number(
    *, instance: Instance, e164: str, description: str = "", flow: ContactFlow | None = None
) -> PhoneNumber:
    """Take a number for the instance, in any writing of its home country (SR-024)."""
    canonical = parse_number(e164, instance.country).e164
    if flow is not None and flow.published_id is None:
        raise FlowNotPublished
    with unit_of_work():
        try:
            with transaction.atomic():
                return PhoneNumber.objects.create(
                    instance=instance, e164=canonical, description=description, flow=flow
                )
        except IntegrityError:
            raise NumberTaken from None
