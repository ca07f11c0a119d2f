"""Look at programs before they are submitted."""

from __future__ import annotations

from typing import Final

from qumulus.domain.ids import DeviceId
from qumulus.http.call import Call
from qumulus.http.endpoint import post
from qumulus.http.reply import Reply
from qumulus.service.programs import check_program, lay_out_program
from qumulus.wire.programs import CHECK_EXAMPLE, CheckBody, CheckProgram, LayoutBody, LayOutProgram


@post(
    "/qasm/check",
    body=CheckProgram,
    answer=CheckBody,
    is_read=True,
    errors=(403, 404, 413),
    example=CHECK_EXAMPLE,
)
async def check(call: Call) -> Reply:
    """Check a program: what is wrong, where, and what a device cannot do of it."""
    wanted = await call.read(CheckProgram)
    device_id = None if wanted.device_id is None else DeviceId(wanted.device_id)
    return Reply(await check_program(call.services, wanted.code, device_id, by=call.caller))


@post("/qasm/layout", is_read=True, body=LayOutProgram, answer=LayoutBody, errors=(413,))
async def lay_out(call: Call) -> Reply:
    """Lay a program out for drawing; one that cannot be read is 400 `invalid_program`."""
    wanted = await call.read(LayOutProgram)
    return Reply(await lay_out_program(call.services, wanted.code))


ENDPOINTS: Final = (check, lay_out)
