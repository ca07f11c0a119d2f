"""The row of the audit trail that ends an administrative write."""

from __future__ import annotations

from qumulus.ports.operations import Audit, Written
from qumulus.store.rows import to_json
from qumulus.store.script import AskOnce, Script


def done(audit: Audit | None, at: int) -> Script[Written]:
    """Write it; ``at`` in microseconds since 1970."""
    if audit is not None:
        yield AskOnce(
            "insert_audit",
            {
                "at": at,
                "who": audit.who,
                "action": audit.action,
                "subject": audit.subject,
                "before": None if audit.before is None else to_json(audit.before),
                "after": None if audit.after is None else to_json(audit.after),
            },
        )
    return Written.DONE
