"""The only writer of users and the one that ends sessions.

`acting_user` None is the installation itself.
"""

import logging
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core import bus, clock
from apps.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from apps.core.new_rows import NewRows
from apps.core.text import tidy_name
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.services.quotas import check_room
from apps.users import hierarchy, sign_ins
from apps.users.models import (
    LONGEST_LOGIN_KEY,
    HierarchyGroup,
    SignIn,
    User,
    UserSession,
    login_key_of,
)
from apps.users.rights import rights
from apps.users.selectors import rows_that_need, sign_ins_of, users_of
from apps.users.sessions import SessionStore

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.security_profiles.models import SecurityProfile

_log = logging.getLogger(__name__)

# One short transaction; the next sweep takes the rest.
_SWEPT_AT_ONCE = 500
NAMES = ("first_name", "last_name", "email")


class UsernameTaken(InvalidInput):
    """Compared without case, blanks and Unicode variants (SR-052)."""

    code = "USERNAME_TAKEN"
    message = _("Another user of this instance already has this name.")


class PasswordNotAccepted(InvalidInput):
    """The message says what is missing; the password itself is nowhere in it."""

    code = "PASSWORD_NOT_ACCEPTED"


class UserInUse(Conflict):
    """The sentence names what refers to the person, for example a quick connect."""

    code = "USER_IN_USE"


class OwnPassword(NotAllowed):
    """Whoever finds a screen unlocked must not be able to keep it."""

    code = "OWN_PASSWORD"
    message = _("Change your own password on its page: it asks for the old one.")


class OwnAccount(Conflict):
    code = "OWN_ACCOUNT"
    message = _("You cannot delete your own account. Ask another administrator.")


def create_user(
    *,
    instance: Instance,
    username: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    profiles: Sequence["SecurityProfile"] = (),
    hierarchy_group: HierarchyGroup | None = None,
    acting_user: User | None = None,
) -> User:
    """Create a user with these profiles; without any, every page refuses (SR-018)."""
    user = new_user(
        instance=instance,
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
    )
    _set_checked_password(user, password)
    with unit_of_work():
        check_room(instance, "users", users_of(instance))
        _insert(user)
        if hierarchy_group is not None:
            hierarchy.move_user(user, group=hierarchy_group)
        rights().assign(user, profiles=profiles, acting_user=acting_user)
    _log.info("user created", extra=_facts(user, acting_user))
    return user


def new_user(
    *, instance: Instance, username: str, first_name: str = "", last_name: str = "", email: str = ""
) -> User:
    """Somebody whose names are checked, for `insert_users`; not saved, without a password."""
    user = User(instance=instance, username=unicodedata.normalize("NFKC", username).strip())
    _take_names(user, first_name=first_name, last_name=last_name, email=email)
    user.login_key = _checked_login_key(user)
    return user


def insert_users(users: NewRows[User]) -> None:
    """Save what `new_user` made, all or nothing; the caller records them."""
    try:
        with transaction.atomic():
            users.insert()
    except IntegrityError:
        raise UsernameTaken(field="username") from None


def change_names(
    user: User,
    *,
    first_name: str,
    last_name: str,
    email: str,
    acting_user: User | None = None,
) -> None:
    """Give another name and e-mail; the user name stays what it was."""
    rights().require_may_manage(user, acting_user=acting_user)
    with unit_of_work():
        _take_names(user, first_name=first_name, last_name=last_name, email=email)
        user.save(update_fields=list(NAMES))
    _log.info("user renamed", extra=_facts(user, acting_user))


def set_password(user: User, *, password: str, acting_user: User | None = None) -> None:
    """Give somebody a new password and end all their sessions at once (S-07, SR-053).

    For oneself there is `change_own_password`.
    """
    if acting_user is not None and acting_user.pk == user.pk:
        raise OwnPassword
    rights().require_may_manage(user, acting_user=acting_user)
    with unit_of_work():
        _require_present(user)
        _set_checked_password(user, password)
        user.save(update_fields=["password"])
        end_sessions(user)
    _log.info("password set", extra=_facts(user, acting_user))


def change_own_password(user: User, *, password: str, session: SessionStore) -> None:
    """Give oneself another password: other sessions end, this one goes on with its sockets.

    Its key stays, because a call may be going on in another tab; who checks the old password
    before is the view, through the doors that count wrong ones.
    """
    with unit_of_work():
        _set_checked_password(user, password)
        user.save(update_fields=["password"])
        end_other_sessions(user, keep=session.session_key or "", how=SignIn.End.ENDED)
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
    _log.info("password changed", extra=_facts(user, user))


def set_active(user: User, *, is_active: bool, acting_user: User | None = None) -> None:
    """Switch a user on or off; switched off, all sessions end at once (SR-051)."""
    rights().require_may_manage(user, acting_user=acting_user)
    with _administrators_kept(user, acting_user):
        _require_present(user)
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        if not is_active:
            end_sessions(user)
    _log.info("user switched", extra=_facts(user, acting_user) | {"is_active": is_active})


def delete_user(user: User, *, acting_user: User | None = None) -> None:
    """Take the account away for good. The row stays, because records and histories refer to it.

    The user name is free again; profiles, e-mail, password and place in the hierarchy are gone.
    """
    if acting_user is not None and acting_user.pk == user.pk:
        raise OwnAccount
    rights().require_may_manage(user, acting_user=acting_user)
    with _administrators_kept(user, acting_user):
        _require_present(user)
        if rows := rows_that_need(user):
            names = ", ".join(map(str, rows))
            raise UserInUse(_("Change or delete these first: %s.") % names, users=names)
        rights().assign(user, profiles=[], acting_user=None)
        end_sessions(user)
        _bury(user)
    _log.info("user deleted", extra=_facts(user, acting_user))


def save_preferences(
    user: User,
    *,
    theme: str | None = None,
    single_key_shortcuts: bool | None = None,
    language: str | None = None,
) -> User:
    """Save what the person chose for the own panel; None leaves a choice as it is."""
    given = {
        "theme": theme,
        "single_key_shortcuts": single_key_shortcuts,
        "language": language,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    for field, value in changes.items():
        setattr(user, field, value)
    if language and language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("This language is not available."), field="language")
    try:
        user.clean_fields(exclude={f.name for f in User._meta.fields} - changes.keys())
    except ValidationError as error:
        raise InvalidInput(field=min(error.message_dict)) from None
    with unit_of_work():
        user.save(update_fields=list(changes))
    return user


def require_good_password(password: str, user: User) -> None:
    """Refuse what is too short, common or simple; the reason is in the message."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordNotAccepted(" ".join(error.messages), field="password") from None


def end_sessions(user: User) -> None:
    """End every session of the user now; open sockets hear of it on the bus (S-07)."""
    with unit_of_work():
        _delete(UserSession.objects.filter(user=user), how=SignIn.End.ENDED)
        _announce_end(user.pk, session_key=None)


def end_session(user: User, *, session_key: str, how: SignIn.End = SignIn.End.SIGNED_OUT) -> None:
    """End one session of the user now, for example at sign-out."""
    with unit_of_work():
        _delete(UserSession.objects.filter(user=user, session_key=session_key), how=how)
        _announce_end(user.pk, session_key=session_key, how=how)


def end_other_sessions(user: User, *, keep: str, how: SignIn.End = SignIn.End.SIGNED_OUT) -> None:
    """End every session of the user but the one with this key."""
    with unit_of_work():
        others = UserSession.objects.filter(user=user).exclude(session_key=keep)
        keys = list(others.values_list("session_key", flat=True))
        _delete(others, how=how)
        for key in keys:
            _announce_end(user.pk, session_key=key, how=how)


def end_sign_in(user: User, *, public_id: UUID, acting_user: User) -> None:
    """Sign the user out of one session from another one, the own or an administrator's (S-07)."""
    is_own = acting_user.pk == user.pk
    if not is_own:
        rights().require_may_manage(user, acting_user=acting_user)
    row = sign_ins_of(user).filter(public_id=public_id, ended_at=None).first()
    if row is None or row.session_id is None:
        raise NotFound
    how = SignIn.End.SIGNED_OUT if is_own else SignIn.End.ENDED
    end_session(user, session_key=row.session_id, how=how)
    _log.info("session ended", extra=_facts(user, acting_user))


def sign_out_everywhere(user: User, *, acting_user: User) -> None:
    """End every session of somebody else."""
    rights().require_may_manage(user, acting_user=acting_user)
    end_sessions(user)
    _log.info("sessions ended", extra=_facts(user, acting_user))


def end_sessions_of_closed(instance_ids: Sequence[int]) -> None:
    """Of these instances, those that are switched off have nobody in them any more."""
    people = User.objects.filter(instance__in=instance_ids, instance__is_active=False)
    for user in people.filter(sessions__isnull=False).distinct():
        end_sessions(user)


def end_expired_sessions() -> int:
    """Close what reached its idle or absolute limit; swept by `control`. Returns how many."""
    with unit_of_work():
        expired = UserSession.objects.filter(expire_date__lte=clock.now())
        rows = list(expired.values_list("session_key", "user_id")[:_SWEPT_AT_ONCE])
        keys = [key for key, _user in rows]
        _delete(UserSession.objects.filter(session_key__in=keys), how=SignIn.End.EXPIRED)
        for key, user_id in rows:
            if user_id is not None:
                _announce_end(user_id, session_key=key, how=SignIn.End.EXPIRED)
    return len(rows)


def _delete(sessions: "QuerySet[UserSession]", *, how: SignIn.End) -> None:
    sign_ins.ended(sessions, how=how)
    sessions.delete()


def _announce_end(
    user_id: int, *, session_key: str | None, how: SignIn.End = SignIn.End.ENDED
) -> None:
    """`session_key` None means all of them."""
    message = {"type": "session.ended", "user": user_id, "session_key": session_key, "how": how}
    bus.publish(f"user.{user_id}", message)


def _administrators_kept(user: User, acting_user: User | None) -> AbstractContextManager[Any]:
    """Operators belong to no instance."""
    if user.instance_id is None:
        return unit_of_work()
    return rights().administrators_kept(user.instance_id, acting_user=acting_user)


def _require_present(user: User) -> None:
    """Somebody deleted is not there any more, whoever still has the page open."""
    if not User.objects.filter(pk=user.pk, deleted_at=None).exists():
        raise NotFound


def _bury(user: User) -> None:
    user.is_active, user.deleted_at = False, clock.now()
    user.email, user.hierarchy_group = "", None
    user.set_unusable_password()
    user.save()


def _take_names(user: User, **names: str) -> None:
    for field, text in names.items():
        setattr(user, field, tidy_name(text))
        if not getattr(user, field).isprintable():
            raise InvalidInput(_("This text has characters that cannot be seen."), field=field)
    _check_fields(user, *names)


def _check_fields(user: User, *names: str) -> None:
    try:
        user.clean_fields(exclude={f.name for f in User._meta.fields} - set(names))
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(sentences), field=field) from None


def _checked_login_key(user: User) -> str:
    """What cannot be seen would make two names look the same."""
    key = login_key_of(instance=user.instance, username=user.username)
    if key.endswith(":"):
        raise InvalidInput(_("A user name is needed."), field="username")
    if not user.username.isprintable():
        raise InvalidInput(_("This text has characters that cannot be seen."), field="username")
    _check_fields(user, "username")
    if len(key) > LONGEST_LOGIN_KEY:
        raise InvalidInput(_("This user name is too long."), field="username")
    return key


def _insert(user: User) -> None:
    if User.objects.filter(login_key=user.login_key).exists():
        raise UsernameTaken(field="username")
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # another transaction was faster
        raise UsernameTaken(field="username") from None


def _set_checked_password(user: User, password: str) -> None:
    """Put the hash of an accepted password into a row that the caller saves; takes its time."""
    require_good_password(password, user)
    user.set_password(password)


def _facts(user: User, acting_user: User | None) -> dict[str, object]:
    actor = str(acting_user.public_id) if acting_user else "installation"
    return {"user": str(user.public_id), "acting_user": actor}
