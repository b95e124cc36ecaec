"""What only operators of the installation may do to an instance."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed

if TYPE_CHECKING:
    from apps.users.models import User


class OperatorsOnly(NotAllowed):
    """Quotas, and whether the instance is open at all, are not its own people's to change."""

    code = "OPERATORS_ONLY"
    message = _("Only an operator of the installation can change this.")


def require_operator(acting_user: "User | None") -> None:
    """Operators belong to no instance; None is the installation itself."""
    if acting_user is None:
        return
    if not (acting_user.is_superuser and acting_user.instance_id is None):
        raise OperatorsOnly
