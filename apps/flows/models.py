"""Flows with their immutable versions, prompts, and the audio rendered for both."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.instances.models import InstanceOwnedModel


class FlowType(models.TextChoices):
    """The nine types of the public language."""

    CONTACT_FLOW = "CONTACT_FLOW", _("Inbound flow")
    CUSTOMER_QUEUE = "CUSTOMER_QUEUE", _("Customer queue")
    CUSTOMER_HOLD = "CUSTOMER_HOLD", _("Customer hold")
    CUSTOMER_WHISPER = "CUSTOMER_WHISPER", _("Customer whisper")
    OUTBOUND_WHISPER = "OUTBOUND_WHISPER", _("Outbound whisper")
    AGENT_HOLD = "AGENT_HOLD", _("Agent hold")
    AGENT_WHISPER = "AGENT_WHISPER", _("Agent whisper")
    AGENT_TRANSFER = "AGENT_TRANSFER", _("Transfer to agent")
    QUEUE_TRANSFER = "QUEUE_TRANSFER", _("Transfer to queue")


class ContactFlow(InstanceOwnedModel):
    """A flow by name; `draft` may be unfinished, only versions run."""

    name = models.CharField(_("name"), max_length=127)
    kind = models.CharField(_("type"), max_length=20, choices=FlowType.choices, editable=False)
    description = models.CharField(_("description"), max_length=500, blank=True)
    draft = models.JSONField(_("draft"), default=dict)
    published = models.ForeignKey(
        "flows.FlowVersion", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    is_default = models.BooleanField(_("factory default of its type"), default=False)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("contact flow")
        verbose_name_plural = _("contact flows")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="flow_name_unique_per_instance"
            ),
            models.UniqueConstraint(
                fields=["instance", "kind"],
                condition=models.Q(is_default=True),
                name="one_default_flow_per_type",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FlowVersion(InstanceOwnedModel):
    """What was published once; running contacts keep the version they started with."""

    flow = models.ForeignKey(ContactFlow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))

    class Meta:
        ordering = ["flow", "-number"]
        verbose_name = _("version of a contact flow")
        verbose_name_plural = _("versions of contact flows")
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="flow_version_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"


class Asset(InstanceOwnedModel):
    """One rendered piece of audio, found by the hash of what it was made from."""

    class State(models.TextChoices):
        PENDING = "pending", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    content_hash = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    voice = models.CharField(max_length=64, blank=True)
    is_ssml = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "content_hash"], name="asset_unique_per_instance"
            )
        ]

    def __str__(self) -> str:
        return self.content_hash

    @property
    def key(self) -> str:
        """Where the media router finds the frames, below the asset folder, without suffix."""
        return f"{self.instance_id}/{self.content_hash}"


class Prompt(InstanceOwnedModel):
    """A named piece of audio for flows: an uploaded file, or one of the built-in sounds."""

    class Builtin(models.TextChoices):
        BEEP = "beep", _("Beep")
        MUSIC = "music", _("Music")

    name = models.CharField(
        _("name"), max_length=127, help_text=_("Flows may refer to the prompt by it.")
    )
    description = models.CharField(
        _("description"),
        max_length=500,
        blank=True,
        help_text=_("What is said or played, and who spoke it."),
    )
    builtin = models.CharField(
        _("built-in sound"), max_length=10, choices=Builtin.choices, blank=True
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="prompts"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="prompt_name_unique_per_instance"
            )
        ]

    def __str__(self) -> str:
        return self.name
