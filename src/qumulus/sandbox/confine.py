"""What a sandbox process gives up for good, as far as this kernel and user allow; best effort.

Nothing here fails: killing and limits do not depend on it. UDP stays open to processes that may
not make a network namespace; the file system is not confined.
"""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Final

from qumulus.sandbox.linux import LIBC

_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWNET: Final = 0x40000000

# Landlock's system calls have the same numbers on every architecture.
_SYS_LANDLOCK_CREATE_RULESET: Final = 444
_SYS_LANDLOCK_RESTRICT_SELF: Final = 446
_LANDLOCK_CREATE_RULESET_VERSION: Final = 1
_LANDLOCK_ABI_WITH_NETWORK: Final = 4
_LANDLOCK_ACCESS_NET_BIND_AND_CONNECT_TCP: Final = 0b11


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64), ("handled_access_net", ctypes.c_uint64)]


def confine(*, network: bool) -> None:
    """Give up new privileges and core dumps and, unless ``network``, the network."""
    LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not network:
        LIBC.unshare(_CLONE_NEWNET)  # refused without CAP_SYS_ADMIN
        _refuse_tcp()


def _refuse_tcp() -> None:
    """A Landlock ruleset that handles TCP and allows none of it."""
    abi = LIBC.syscall(_SYS_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if abi < _LANDLOCK_ABI_WITH_NETWORK:
        return
    attributes = _RulesetAttributes(0, _LANDLOCK_ACCESS_NET_BIND_AND_CONNECT_TCP)
    size = ctypes.sizeof(attributes)
    ruleset = LIBC.syscall(_SYS_LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    if ruleset < 0:
        return
    LIBC.syscall(_SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
