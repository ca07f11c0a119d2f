"""The messages of the OQTOPUS device-gateway, package ``qpu_interface.v1``, built when this is imported.

A table instead of generated code: it is all there is of the protocol, and needs no compiler of a
version that fits the installed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

PACKAGE: Final = "qpu_interface.v1"
SERVICE: Final = f"{PACKAGE}.QpuService"


class ServiceStatus(IntEnum):
    """What the device takes; 0 is also what an empty answer reads as."""

    SERVICE_STATUS_ACTIVE = 0
    SERVICE_STATUS_INACTIVE = 1
    SERVICE_STATUS_MAINTENANCE = 2


class JobStatus(IntEnum):
    """How a job ended; 0 is also what an empty answer reads as."""

    JOB_STATUS_SUCCESS = 0
    JOB_STATUS_FAILURE = 1
    JOB_STATUS_INACTIVE = 2


class Method(NamedTuple):
    """A call, with the classes of its messages."""

    path: str
    request: Any
    response: Any


_ENUMS: Final = (ServiceStatus, JobStatus)

_FIELDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "GetDeviceInfoRequest": (),
        "GetDeviceInfoResponse": (("body", "DeviceInfo"),),
        "DeviceInfo": (
            ("device_id", "string"),
            ("provider_id", "string"),
            ("type", "string"),
            ("max_qubits", "uint32"),
            ("max_shots", "uint32"),
            ("device_info", "string"),
            ("calibrated_at", "string"),
        ),
        "GetServiceStatusRequest": (),
        "GetServiceStatusResponse": (("service_status", "ServiceStatus"),),
        "CallJobRequest": (("job_id", "string"), ("shots", "uint32"), ("program", "string")),
        "CallJobResponse": (("status", "JobStatus"), ("result", "Result")),
        "Result": (("counts", "map"), ("message", "string")),
    }
)
"""message → its fields (name, type), numbered from 1; ``map`` is of string to uint32."""

_SCALARS: Final = MappingProxyType(
    {"string": FieldDescriptorProto.TYPE_STRING, "uint32": FieldDescriptorProto.TYPE_UINT32}
)


def _file() -> FileDescriptorProto:
    file = FileDescriptorProto(name="qumulus/device_gateway.proto", package=PACKAGE, syntax="proto3")
    for kind in _ENUMS:
        enum = file.enum_type.add(name=kind.__name__)
        for member in kind:
            enum.value.add(name=member.name, number=member.value)
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for number, (field, type_name) in enumerate(fields, start=1):
            _add_field(message, field, type_name, number)
    return file


def _add_field(message: DescriptorProto, name: str, type_name: str, number: int) -> None:
    field = message.field.add(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
    if type_name in _SCALARS:
        field.type = _SCALARS[type_name]
    elif type_name == "map":
        entry = message.nested_type.add(name=f"{name.title()}Entry")
        entry.options.map_entry = True
        _add_field(entry, "key", "string", 1)
        _add_field(entry, "value", "uint32", 2)
        field.label = FieldDescriptorProto.LABEL_REPEATED
        field.type = FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"
    else:
        is_enum = type_name in {kind.__name__ for kind in _ENUMS}
        field.type = FieldDescriptorProto.TYPE_ENUM if is_enum else FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{type_name}"


_pool: Final = descriptor_pool.DescriptorPool()
_pool.Add(_file())


def message_class(name: str) -> Any:
    """The class of a message of the protocol."""
    return message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        name: Method(
            path=f"/{SERVICE}/{name}",
            request=message_class(f"{name}Request"),
            response=message_class(f"{name}Response"),
        )
        for name in ("GetDeviceInfo", "GetServiceStatus", "CallJob")
    }
)
