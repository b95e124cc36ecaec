"""One JSON line per log record; telephone numbers masked, secrets removed (S-13, A-05)."""

import logging.config
import re
from typing import Any

import structlog

FILE_BYTES = 10 * 1024 * 1024
TALKATIVE = ("aioice", "aiortc", "celery", "daphne", "kombu")

_UUID = r"(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_INSTANT = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?)?(?!\d)"
_NUMBER = re.compile(rf"(?P<kept>{_UUID}|{_INSTANT})|\+?\d[\d ().-]{{5,}}\d")
_SECRET_KEYS = re.compile(r"password|secret|token|cookie|authorization|csrf|session", re.I)
_PLAIN_KEYS = frozenset({"timestamp", "level", "logger", "_record", "_from_structlog"})


def mask_numbers(text: str) -> str:
    """Keep the last two digits of anything that looks like a telephone number.

    Public ids and instants stay whole: they are what a log is searched for.
    """

    def masked(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match.group())
        return match.group() if match["kept"] or len(digits) < 7 else f"…{digits[-2:]}"

    return _NUMBER.sub(masked, text)


def guard(_logger: object, _method: str, event: structlog.typing.EventDict) -> Any:
    """Structlog processor: no secret value and no full telephone number leaves the process."""
    for key, value in event.items():
        if key not in _PLAIN_KEYS:
            event[key] = _guarded(key, value)
    return event


def _guarded(key: str, value: Any) -> Any:
    """The value at any depth; what is not plain data (a request, an error) becomes text first."""
    if _SECRET_KEYS.search(key):
        return "[removed]"
    if isinstance(value, dict):
        return {str(name): _guarded(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_guarded(key, inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_numbers(value if isinstance(value, str) else repr(value))


def configure(settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: `settings` is {"level": "INFO", "file": Path}.

    Everything goes to the file; the terminal shows what needs somebody's attention.
    """
    settings["file"].parent.mkdir(parents=True, exist_ok=True)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        guard,
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(),
                    ],
                }
            },
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "json",
                    "level": "WARNING",
                },
                "file": {
                    "class": "logging.handlers.RotatingFileHandler",
                    "formatter": "json",
                    "filename": settings["file"],
                    "maxBytes": FILE_BYTES,
                    "backupCount": 5,
                    "delay": True,
                    "encoding": "utf-8",
                },
            },
            "root": {"level": settings["level"], "handlers": ["stderr", "file"]},
            "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
