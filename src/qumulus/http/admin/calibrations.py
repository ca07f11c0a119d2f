"""Operators forget calibrations."""

from __future__ import annotations

from typing import Final

from qumulus.http.calibrations import read_history_id
from qumulus.http.call import Call
from qumulus.http.endpoint import delete
from qumulus.service.calibrations import drop_history


@delete("/device_histories/{history_id}", status=204, errors=(404,))
async def remove_history(history_id: str, call: Call) -> None:
    """Forget a calibration; jobs that ran on it can then not be replayed."""
    await drop_history(call.services, read_history_id(history_id), by=call.caller)


ENDPOINTS: Final = (remove_history,)
