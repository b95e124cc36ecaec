"""Offers: an agent's hold on a contact."""

from django.db import models

from apps.agents.models import Agent
from apps.contacts.domain.states import LIVE_OFFERS, OfferState
from apps.contacts.models.connection import Connection
from apps.contacts.models.contact import VOICE, Contact
from apps.core import clock
from apps.core.choices import choices_of
from apps.instances.models import InstanceHistoryModel


class Offer(InstanceHistoryModel):
    """One ring and what came of it; missed at one agent, a contact may ring at the next."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="offers")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="offers")
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, null=True, related_name="+"
    )
    n = models.PositiveIntegerField()
    channel = models.CharField(max_length=5, default=VOICE)
    state = models.CharField(
        max_length=9, choices=choices_of(OfferState), default=OfferState.RINGING
    )
    state_since = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)
    end_reason = models.CharField(max_length=40, blank=True)
    accepted_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["contact", "n"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state__in=[str(state) for state in LIVE_OFFERS]),
                name="one_live_offer_per_contact",
            ),
            models.UniqueConstraint(
                fields=["agent", "channel"],
                condition=~models.Q(state="cleared"),
                name="one_uncleared_offer_per_agent_slot",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="offer_due"
            ),
            # the checks: what still holds an agent
            models.Index(fields=["agent"], condition=models.Q(cleared_at=None), name="offer_open"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} #{self.n}"
