"""Contact and call: one segment of a customer's journey, and the conversation it is part of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.contacts.domain.states import ContactState, DisconnectReason
from apps.core import clock
from apps.core.choices import choices_of
from apps.instances.models import InstanceHistoryModel
from apps.routing.models import Queue, RoutingProfileQueue

VOICE = RoutingProfileQueue.Channel.VOICE.value  # the channel of all contacts, so far


class Call(InstanceHistoryModel):
    """The conversation: one audio room on one media node, with what was asked of it and applied."""

    node = models.CharField(max_length=64)  # the node's slot; empty while no node is to be had
    boot_id = models.CharField(max_length=64, blank=True)  # of the node that was given the call
    epoch = models.PositiveIntegerField(default=1)
    version = models.PositiveBigIntegerField(default=0)
    desired_digest = models.CharField(max_length=64, blank=True)  # of what `version` asked for
    applied_version = models.PositiveBigIntegerField(default=0)
    event_sequence = models.PositiveBigIntegerField(default=0)
    origin_address = models.GenericIPAddressField(null=True)  # of a caller on the web page
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["instance", "id"], condition=models.Q(ended_at=None), name="call_live"
            ),
            # the sweep: calls whose node has not said that it does what was asked
            models.Index(
                fields=["ended_at"],
                condition=models.Q(applied_version__lt=models.F("version")),
                name="call_behind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Contact(InstanceHistoryModel):
    """One segment: who called whom, what the flow decided, when it waited, who handled it."""

    class Initiation(models.TextChoices):
        INBOUND = "INBOUND", _("Inbound")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="contacts")
    initiation = models.CharField(max_length=16, choices=Initiation.choices)
    channel = models.CharField(max_length=5, default=VOICE)
    initial = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    next = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=9, choices=choices_of(ContactState), default=ContactState.IN_FLOW
    )
    customer_number = models.CharField(max_length=16, blank=True)
    system_number = models.CharField(max_length=16)
    attributes = models.JSONField(default=dict)
    hooks = models.JSONField(default=dict)
    voice = models.CharField(max_length=64, blank=True)
    is_flow_logged = models.BooleanField(default=False)
    target_queue = models.ForeignKey(Queue, on_delete=models.PROTECT, null=True, related_name="+")
    queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        null=True,
        related_name="contacts",
        db_index=False,  # "contact_of_queue" begins with it
    )
    priority = models.PositiveBigIntegerField(default=5)
    effective_enqueued_at = models.DateTimeField(null=True)
    age_adjustment_seconds = models.IntegerField(default=0)
    recorded = models.JSONField(default=list)
    offers_made = models.PositiveIntegerField(default=0)
    initiated_at = models.DateTimeField(default=clock.now)
    connected_to_system_at = models.DateTimeField(null=True)
    enqueued_at = models.DateTimeField(null=True)
    dequeued_at = models.DateTimeField(null=True)
    connected_to_agent_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    disconnect_reason = models.CharField(
        max_length=32, choices=choices_of(DisconnectReason), blank=True
    )

    class Meta:
        ordering = ["-initiated_at", "-id"]
        indexes = [
            # the head of each queue: what is to be answered next
            models.Index(
                fields=["queue", "priority", "effective_enqueued_at", "id"],
                condition=models.Q(state="queued"),
                name="contact_waiting_heads",
            ),
            # who waits in a queue, and whom else it has seen
            models.Index(fields=["queue", "state"], name="contact_of_queue"),
            models.Index(fields=["instance", "-initiated_at"], name="contact_newest_first"),
            # the checks: what is not over yet
            models.Index(
                fields=["call"], condition=models.Q(completed_at=None), name="contact_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ContactEvent(InstanceHistoryModel):
    """The history of a contact; rows are only ever added."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.ForeignKey("users.User", on_delete=models.SET_NULL, null=True, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["contact", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
