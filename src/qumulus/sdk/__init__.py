"""The Python client: ``Client`` for everyone, ``AsyncClient`` for asyncio."""

from qumulus.sdk._generated.client import Client
from qumulus.sdk._generated.job import Job
from qumulus.sdk.client import AsyncClient
from qumulus.sdk.credentials import Credentials, find_credentials
from qumulus.sdk.errors import (
    CredentialsError,
    JobCancelledError,
    JobFailedError,
    JobNotSucceededError,
    UnexpectedAnswerError,
    WaitTimeoutError,
)
from qumulus.sdk.job import AsyncJob
from qumulus.sdk.records import Device, JobEvent, JobRecord
from qumulus.sdk.requests import JobRequest
from qumulus.sdk.results import BindingsResult, EstimationResult, JobResult, SamplingResult
from qumulus.transport.errors import ApiError, ClientError, CloudUnreachableError

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncJob",
    "BindingsResult",
    "Client",
    "ClientError",
    "CloudUnreachableError",
    "Credentials",
    "CredentialsError",
    "Device",
    "EstimationResult",
    "Job",
    "JobCancelledError",
    "JobEvent",
    "JobFailedError",
    "JobNotSucceededError",
    "JobRecord",
    "JobRequest",
    "JobResult",
    "SamplingResult",
    "UnexpectedAnswerError",
    "WaitTimeoutError",
    "find_credentials",
]
