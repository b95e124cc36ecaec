"""Open panels, and the leases of the processes that hold their sockets."""

from django.db import models

from apps.agents.models.agent import Agent
from apps.core import clock
from apps.instances.models import InstanceOwnedModel


class Panel(InstanceOwnedModel):
    """One browser tab with the panel open. At most one of an agent's panels has the audio."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="panels")
    key = models.UUIDField()
    socket = models.UUIDField()  # a reloaded tab keeps its key and opens a new socket
    process = models.CharField(max_length=64)
    session_key = models.CharField(max_length=40, blank=True)
    has_audio = models.BooleanField(default=False)
    is_softphone_ready = models.BooleanField(default=False)
    softphone_error = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["agent", "opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="panel_once_per_tab"),
            models.UniqueConstraint(
                fields=["agent"],
                condition=models.Q(has_audio=True),
                name="one_audio_panel_per_agent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class ProcessLease(models.Model):
    """A server process says that it lives; when it stops saying so its panels are closed."""

    process = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
