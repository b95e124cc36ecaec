"""The only writer of how an agent is reached: telephone, auto-accept, after contact work."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent
from apps.core.errors import InvalidInput
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.numbers.errors import NumberRefused
from apps.numbers.models import PhoneNumber
from apps.users.models import User
from apps.users.rights import rights

LONGEST_ACW_SECONDS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSettings:
    """`acw_seconds` 0 is until cleared; `is_locked`: the agent may not change type and number."""

    phone_type: str = Agent.PhoneType.SOFT_PHONE
    desk_phone_number: str = ""
    auto_accept: bool = False
    acw_seconds: int = 0
    is_locked: bool = False


SOFTPHONE = PhoneSettings()


class DeskPhoneNumberMissing(InvalidInput):
    code = "DESK_PHONE_NUMBER_MISSING"
    message = _("A desk phone needs its number.")


class OwnNumber(InvalidInput):
    """The call would come back to us, and again, and again (T-05)."""

    code = "OWN_NUMBER"
    message = _("Callers dial this number to reach you: it cannot be an agent's desk phone.")


def phone_settings_of(agent: Agent) -> PhoneSettings:
    return PhoneSettings(
        phone_type=agent.phone_type,
        desk_phone_number=agent.desk_phone_number,
        auto_accept=agent.auto_accept,
        acw_seconds=agent.acw_seconds,
        is_locked=agent.is_phone_locked,
    )


def set_phone_settings(
    agent: Agent, settings: PhoneSettings, *, acting_user: User | None = None
) -> None:
    """Change how the agent is reached, from the next decision on (SR-050)."""
    rights().require_may_manage(agent.user, acting_user=acting_user)
    with unit_of_work():
        locked = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
        fields = apply_settings(locked, settings, instance=agent.instance)
        locked.save(update_fields=fields)
        touch("agent", agent.pk)
        touch("routing", agent.instance_id)


def apply_settings(agent: Agent, settings: PhoneSettings, *, instance: Instance) -> list[str]:
    """Put checked settings into a row that the caller saves; returns the names of its fields."""
    settings = _checked(settings, instance)
    values = {
        "phone_type": settings.phone_type,
        "desk_phone_number": settings.desk_phone_number,
        "auto_accept": settings.auto_accept,
        "acw_seconds": settings.acw_seconds,
        "is_phone_locked": settings.is_locked,
    }
    for field, value in values.items():
        setattr(agent, field, value)
    return list(values)


def _checked(settings: PhoneSettings, instance: Instance) -> PhoneSettings:
    if settings.phone_type not in Agent.PhoneType.values:
        raise InvalidInput(_("There is no such phone type."), field="phone_type")
    if not 0 <= settings.acw_seconds <= LONGEST_ACW_SECONDS:
        raise InvalidInput(_("Give whole seconds from 0 to 2,000,000."), field="acw_seconds")
    number = settings.desk_phone_number.strip()
    if number:
        return replace(settings, desk_phone_number=_canonical(number, instance))
    if settings.phone_type == Agent.PhoneType.DESK_PHONE:
        raise DeskPhoneNumberMissing(field="desk_phone_number")
    return replace(settings, desk_phone_number="")


def _canonical(number: str, instance: Instance) -> str:
    try:
        e164 = parse_number(number, instance.country).e164
    except NumberError as refusal:
        raise NumberRefused(refusal, field="desk_phone_number") from None
    if PhoneNumber.objects.filter(e164=e164).exists():
        raise OwnNumber(field="desk_phone_number")
    return e164
