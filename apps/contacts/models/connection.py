"""Connections: one party's attachment to a call, and the flow run that plays to it."""

from django.db import models

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind, ConnectionState, RunKind
from apps.contacts.models.contact import Call, Contact
from apps.core import clock
from apps.core.choices import choices_of
from apps.flows.models import Asset, FlowVersion
from apps.instances.models import InstanceHistoryModel


class Connection(InstanceHistoryModel):
    """One party; its media leg is (public_id, generation), and a reloaded page brings a new one."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="connections")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=11, choices=choices_of(ConnectionKind))
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="connections"
    )
    state = models.CharField(
        max_length=12, choices=choices_of(ConnectionState), default=ConnectionState.CONNECTING
    )
    state_since = models.DateTimeField(default=clock.now)
    is_muted = models.BooleanField(default=False)
    generation = models.PositiveIntegerField(default=1)
    is_negotiated = models.BooleanField(default=False)  # this generation has had its offer
    has_media = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)  # media must be up, or back, by then
    disconnect_cause = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="connection_due"
            ),
            # the checks: who is on a call now
            models.Index(
                fields=["call"], condition=~models.Q(state="disconnected"), name="connection_live"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def leg(self) -> str:
        return f"{self.public_id}.{self.generation}"


class FlowRun(InstanceHistoryModel):
    """A flow at work for one connection: the engine's state, and what it plays now."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="runs")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=16, choices=choices_of(RunKind))
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    state = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)
    is_running = models.BooleanField(default=True)
    player = models.JSONField(null=True)  # {"id", "items", "loop"}: what the connection hears
    waiting_asset = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, related_name="+")
    collecting = models.JSONField(null=True)  # digits typed so far, see flows.domain.collecting
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(is_running=True),
                name="one_running_flow_per_connection",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(is_running=True, due_at__isnull=False),
                name="flow_run_due",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
