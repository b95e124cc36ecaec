"""Agents: users who handle contacts, with what they chose and since when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agents.models.status import AgentStatus
from apps.core import clock
from apps.instances.models import InstanceOwnedModel
from apps.routing.models import RoutingProfile


class Agent(InstanceOwnedModel):
    """A user's working side: the status chosen; offers held and activity shown are kept apart."""

    class PhoneType(models.TextChoices):
        SOFT_PHONE = "SOFT_PHONE", _("Softphone")
        DESK_PHONE = "DESK_PHONE", _("Desk phone")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent"
    )
    routing_profile = models.ForeignKey(
        RoutingProfile, on_delete=models.PROTECT, related_name="agents"
    )
    status = models.ForeignKey(AgentStatus, on_delete=models.PROTECT, related_name="+")
    status_since = models.DateTimeField(default=clock.now)
    next_status = models.ForeignKey(
        AgentStatus, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    phone_type = models.CharField(
        _("phone type"), max_length=10, choices=PhoneType.choices, default=PhoneType.SOFT_PHONE
    )
    desk_phone_number = models.CharField(_("desk phone number"), max_length=16, blank=True)
    is_phone_locked = models.BooleanField(
        _("the agent may not change phone type and number"), default=False
    )
    auto_accept = models.BooleanField(_("accept calls automatically"), default=False)
    acw_seconds = models.PositiveIntegerField(
        _("after call work limit in seconds; 0 = until cleared"), default=0
    )
    # when an agent without any open panel is set offline; none while a panel is open
    offline_due_at = models.DateTimeField(null=True, editable=False)
    # the tab that had the audio of a call and broke off: it may be back for it until it is due
    audio_kept_for = models.UUIDField(null=True, editable=False)
    audio_due_at = models.DateTimeField(null=True, editable=False)
    available_since = models.DateTimeField(null=True, editable=False)
    snapshot_sequence = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["user__login_key"]
        indexes = [
            # the head of each routing profile: who has been free longest
            models.Index(
                fields=["routing_profile", "available_since", "id"],
                condition=models.Q(available_since__isnull=False),
                name="agent_free_heads",
            ),
            models.Index(
                fields=["offline_due_at"],
                condition=models.Q(offline_due_at__isnull=False),
                name="agent_offline_due",
            ),
            models.Index(
                fields=["audio_due_at"],
                condition=models.Q(audio_due_at__isnull=False),
                name="agent_audio_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class AgentStatusChange(InstanceOwnedModel):
    """History without gaps: each interval's end is the next one's start (SR-008)."""

    class Cause(models.TextChoices):
        CHOSEN = "CHOSEN", _("Chosen")
        NO_PANEL = "NO_PANEL", _("No panel was open")

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="status_changes")
    status = models.ForeignKey(AgentStatus, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.CHOSEN)

    class Meta:
        ordering = ["agent", "started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=models.Q(ended_at=None),
                name="one_open_status_per_agent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.status_id} {self.started_at}"
