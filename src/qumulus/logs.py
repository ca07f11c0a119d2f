"""Log lines: a fixed event name and fields, as text for people or JSON for machines."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

from qumulus.config import SettingsError

LEVELS: Final = ("debug", "info", "warning", "error")
FORMATS: Final = ("text", "json")


def check_logging(*, level: str, style: str) -> None:
    """Look at the settings before anything starts.

    Raises:
        SettingsError: the level or the style is none of those there are.
    """
    if level not in LEVELS:
        raise SettingsError(f"log_level = {level!r} is none of {', '.join(LEVELS)}")
    if style not in FORMATS:
        raise SettingsError(f"log_format = {style!r} is none of {', '.join(FORMATS)}")


def set_up_logging(*, level: str, style: str) -> None:
    """Send what this process logs to standard error.

    Raises:
        SettingsError: as ``check_logging``.
    """
    import structlog

    check_logging(level=level, style=style)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if style == "json"
        # The default formatter shows local variables, and with them the tokens of callers.
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("httpx", "httpcore", "uvicorn.error", "qiskit"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
