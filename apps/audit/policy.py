"""What is audited (A-01): every model of ours but those named here, every column but those here.

A model is left out with a reason only. A new one is audited by itself, so nobody can forget it.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ManyToManyField, Model

_OWN_HISTORY = "live state with a history of its own"
_LIVE = "live state that no person changes"

# Labels of models, or of whole apps.
NOT_AUDITED = {
    "admin": "Django's own history of its admin pages; ours says more",
    "auth": "permissions are the catalogue's, groups are written with their security profile",
    "axes": "wrong passwords, counted for a quarter of an hour",
    "contenttypes": "written by migrations",
    "guardian": "its tables stay empty: grants are rows of security_profiles",
    "sessions": "written by Django; a person's sessions are SignIn",
    "audit.AuditEntry": "the audit itself; entries are only ever added",
    "users.UserSession": "its beginning and end are the history SignIn",
    "users.SignIn": "a history itself",
    "security_profiles.InstanceGrant": "recorded as the permissions of their profile",
    "alarms.Alarm": "an alarm's row says who closed it and when",
    "flows.Asset": "audio made from texts, found again by its hash",
    "agents.AgentStatusChange": "a history itself",
    "agents.Panel": _LIVE,
    "agents.ProcessLease": _LIVE,
    "contacts.Call": _OWN_HISTORY,
    "contacts.Contact": _OWN_HISTORY,
    "contacts.ContactEvent": "a history itself",
    "contacts.Connection": _OWN_HISTORY,
    "contacts.FlowRun": _OWN_HISTORY,
    "contacts.MediaNode": _LIVE,
    "contacts.Offer": _OWN_HISTORY,
    "contacts.SweepMark": _LIVE,
    "recordings.Recording": "live state; playing and deleting are recorded by its services",
}

# Columns that say nothing about what somebody changed.
TECHNICAL = frozenset({"id", "public_id", "created_at", "instance"})
LEFT_OUT = {
    "instances.Instance": frozenset({"permissions_version"}),
    "users.User": frozenset({"last_login", "login_key"}),
    "security_profiles.SecurityProfile": frozenset({"group"}),
    # what becomes of a file is live state; the people made of it are told
    "agents.UserUpload": frozenset(
        {"state", "done", "seen_at", "preview", "problems", "problem_count"}
    ),
    "agents.Agent": frozenset(
        {
            "status", "status_since", "next_status",  # their history is AgentStatusChange
            "available_since", "snapshot_sequence", "offline_due_at",
            "audio_kept_for", "audio_due_at",
        }
    ),
}  # fmt: skip

# That it changed is told, what it is never: secrets.
MASKED = frozenset({"password", "token_hash"})
# Told by a fingerprint: the documents themselves are large, and kept whole in versions.
FINGERPRINTED = {
    "flows.ContactFlow": frozenset({"draft"}),
    "flows.FlowVersion": frozenset({"content"}),
}


def reason_left_out(model: type[Model]) -> str | None:
    """Why a model is not audited; None for one that is."""
    meta = model._meta
    return NOT_AUDITED.get(meta.label) or NOT_AUDITED.get(meta.app_label)


def audited_models() -> Iterable[type[Model]]:
    """Tables that only join two others are told as a field of the one that declares them."""
    return (model for model in apps.get_models() if reason_left_out(model) is None)


@cache
def audited_fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    left_out = TECHNICAL | LEFT_OUT.get(model._meta.label, frozenset())
    return tuple(field for field in model._meta.concrete_fields if field.name not in left_out)


@cache
def audited_links(model: type[Model]) -> "tuple[ManyToManyField[Any, Any], ...]":
    """Many-to-many fields; where the joining table is a model of ours, its rows speak."""
    return tuple(
        field
        for field in model._meta.many_to_many
        if field.remote_field.through._meta.auto_created  # type: ignore[union-attr]
    )


def is_masked(field: "Field[Any, Any]") -> bool:
    return field.name in MASKED


def is_fingerprinted(field: "Field[Any, Any]") -> bool:
    return field.name in FINGERPRINTED.get(field.model._meta.label, frozenset())
