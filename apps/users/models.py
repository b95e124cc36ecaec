"""People who sign in: agents, managers, administrators of an instance; platform operators."""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import PublicIdModel
from apps.instances.models import Instance, InstanceOwnedModel

HIERARCHY_DEPTH = 5
LONGEST_LOGIN_KEY = 160


def canonical_username(raw: str) -> str:
    """The form in which user names are compared: trimmed, Unicode-normalised, caseless (SR-052)."""
    return unicodedata.normalize("NFKC", raw).strip().casefold()


def login_key_of(*, instance: Instance | None, username: str) -> str:
    """`<alias>:<name>`; operators of the platform belong to no instance."""
    return f"{instance.alias if instance else ''}:{canonical_username(username)}"


class HierarchyLevel(InstanceOwnedModel):
    """What the groups of one depth are called, for example "Site"; 1 is the topmost."""

    number = models.PositiveSmallIntegerField(
        _("level"), validators=[MinValueValidator(1), MaxValueValidator(HIERARCHY_DEPTH)]
    )
    name = models.CharField(_("name"), max_length=50)

    class Meta:
        ordering = ["number"]
        verbose_name = _("hierarchy level")
        constraints = [
            models.UniqueConstraint(fields=["instance", "number"], name="hierarchy_level_once"),
            models.UniqueConstraint(
                "instance", Lower("name"), name="hierarchy_level_name_unique_per_instance"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HierarchyGroup(InstanceOwnedModel):
    """A node of the tree that agents are grouped and filtered by; it grants no rights."""

    name = models.CharField(_("name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        ordering = ["level", "name"]
        verbose_name = _("hierarchy group")
        constraints = [
            models.UniqueConstraint(
                "instance",
                Lower("name"),
                condition=models.Q(parent=None),
                name="hierarchy_group_name_unique_at_the_top",
            ),
            models.UniqueConstraint(
                "parent", Lower("name"), name="hierarchy_group_name_unique_among_siblings"
            ),
            models.CheckConstraint(
                condition=models.Q(level=1, parent__isnull=True)
                | models.Q(level__range=(2, HIERARCHY_DEPTH), parent__isnull=False),
                name="hierarchy_group_level_fits_its_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(login_key=username)

    def create_superuser(self, login_key: str, password: str, **fields: Any) -> "User":
        """An operator of the platform; `login_key` is the bare user name."""
        user = User(username=login_key.lstrip(":"), is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin, PublicIdModel):
    """One person at one instance; the same name may exist at another (SR-013)."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("System")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    instance = models.ForeignKey(
        Instance, on_delete=models.CASCADE, null=True, blank=True, related_name="users"
    )
    username = models.CharField(_("user name"), max_length=100)
    login_key = models.CharField(max_length=LONGEST_LOGIN_KEY, unique=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=255, blank=True)
    last_name = models.CharField(_("last name"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hierarchy_group = models.ForeignKey(
        HierarchyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    is_active = models.BooleanField(_("active"), default=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    single_key_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["login_key"]
        verbose_name = _("user")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | models.Q(is_active=False),
                name="deleted_users_are_not_active",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = unicodedata.normalize("NFKC", self.username).strip()
        self.login_key = self._login_key()
        super().save(*args, **kwargs)

    def _login_key(self) -> str:
        """Of somebody deleted one that nobody can type, so that the name is free again."""
        if self.deleted_at is not None:
            return f"#{self.public_id}"
        return login_key_of(instance=self.instance, username=self.username)


class UserSession(AbstractBaseSession):
    """A session that knows whose it is, so that all of a person's can be found and ended (S-07)."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", editable=False
    )

    class Meta:
        verbose_name = _("session")

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from apps.users.sessions import SessionStore  # noqa: PLC0415 - it imports this module

        return SessionStore


class SignIn(PublicIdModel):
    """From signing in to the end of that session; `ended_at` None while it lasts."""

    class End(models.TextChoices):
        SIGNED_OUT = "SIGNED_OUT", _("Signed out")
        OFFLINE = "OFFLINE", _("Went offline")
        EXPIRED = "EXPIRED", _("Session expired")
        ENDED = "ENDED", _("Ended by an administrator or a new password")

    class How(models.TextChoices):
        PASSWORD = "PASSWORD", _("Password")
        EMERGENCY = "EMERGENCY", _("Emergency link")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.ForeignKey(
        UserSession, on_delete=models.SET_NULL, null=True, related_name="sign_ins"
    )
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    how = models.CharField(max_length=9, choices=How.choices, default=How.PASSWORD)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["session"],
                condition=models.Q(ended_at__isnull=True),
                name="sign_in_that_lasts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at}"


class EmergencyLink(PublicIdModel):
    """One way in for an operator, made on the server; the token itself is kept nowhere (R-13)."""

    operator = models.ForeignKey(User, on_delete=models.CASCADE, related_name="emergency_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(max_length=250, blank=True)
    minutes = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.operator} {self.created_at}"
