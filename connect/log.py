"""One JSON line per log record; telephone numbers masked, secrets removed (S-13, A-05)."""

import logging.config
import re
from typing import Any

import structlog

_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")
_SECRET_KEYS = re.compile(r"password|secret|token|cookie|authorization|csrf|sessionid", re.I)
_PLAIN_KEYS = frozenset({"timestamp", "level", "logger"})


def mask_numbers(text: str) -> str:
    """Keep the last two digits of anything that looks like a telephone number."""

    def masked(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match.group())
        return match.group() if len(digits) < 7 else f"…{digits[-2:]}"

    return _NUMBER.sub(masked, text)


def guard(_logger: object, _method: str, event: structlog.typing.EventDict) -> Any:
    """Structlog processor: no secret value and no full telephone number leaves the process."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key):
            event[key] = "[removed]"
        elif isinstance(value, str) and key not in _PLAIN_KEYS:
            event[key] = mask_numbers(value)
    return event


def configure(settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: `settings` is {"level": "INFO"}."""
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
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"level": settings["level"], "handlers": ["stderr"]},
            "loggers": {
                "daphne": {"level": "WARNING"},
                "aioice": {"level": "WARNING"},
                "aiortc": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
