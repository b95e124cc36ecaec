"""Which sites may show a page of ours inside theirs (S-08)."""

from collections.abc import Sequence
from typing import TypeVar

from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def framed_by(origins: Sequence[str], response: R) -> R:
    """Let these origins, in canonical form, frame the answer; of none, nobody may, as usual."""
    if origins:
        response._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]
        # It knows no list of origins, and would shut out all of them.
        response.xframe_options_exempt = True  # type: ignore[attr-defined]
    return response
