"""Refusals as documents for programs: RFC 9457 problem details with a stable code of ours."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core.errors import DomainError, InvalidInput

MEDIA_TYPE = "application/problem+json"

_CODES = {
    exceptions.ParseError: "MALFORMED",
    exceptions.ValidationError: "INVALID_INPUT",
    exceptions.NotAuthenticated: "NOT_SIGNED_IN",
    exceptions.AuthenticationFailed: "NOT_SIGNED_IN",
    exceptions.PermissionDenied: "NOT_ALLOWED",
    exceptions.NotFound: "NOT_FOUND",
    exceptions.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    exceptions.NotAcceptable: "NOT_ACCEPTABLE",
    exceptions.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    exceptions.Throttled: "TOO_MANY_REQUESTS",
}


def body_of(
    *, status: int, code: str, detail: str, errors: dict[str, Any] | None = None
) -> dict[str, Any]:
    """`type` is a relative reference that names the code; `errors` maps fields to sentences."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{code.lower().replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return body | ({"errors": errors} if errors else {})


def problem(*, status: int, code: str, detail: str) -> HttpResponse:
    """The document outside of DRF: unknown addresses, CSRF, crashes."""
    body = body_of(status=status, code=code, detail=detail)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST_FRAMEWORK["EXCEPTION_HANDLER"]; None lets Django answer 500."""
    if isinstance(error, DomainError):
        field = error.facts.get("field")
        errors = {field: [str(error.message)]} if field else None
        body = body_of(
            status=error.status, code=error.code, detail=str(error.message), errors=errors
        )
        return Response(body, status=error.status, content_type=MEDIA_TYPE)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return None
    response.data = _api_body(error, response.status_code)
    response.content_type = MEDIA_TYPE
    return response


def _api_body(error: exceptions.APIException, status: int) -> dict[str, Any]:
    code = _CODES.get(type(error), "ERROR")
    if isinstance(error, exceptions.ValidationError):
        errors = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        detail = str(InvalidInput.message)
        return body_of(status=status, code=code, detail=detail, errors=errors)
    return body_of(status=status, code=code, detail=str(error.detail))
