"""The Python client: ``Client`` for everyone, ``AsyncClient`` for asyncio."""

from qumulus.sdk._generated.client import Client
from qumulus.sdk._generated.job import Job
from qumulus.sdk.calibrations import Calibration
from qumulus.sdk.client import AsyncClient
from qumulus.sdk.comparison import CountsComparison, ValueComparison
from qumulus.sdk.credentials import Credentials, find_credentials
from qumulus.sdk.errors import (
    CredentialsError,
    JobCancelledError,
    JobFailedError,
    JobNotSucceededError,
    NotReplayableError,
    UnexpectedAnswerError,
    WaitTimeoutError,
)
from qumulus.sdk.evidence import Difference, Evidence, JobDiff, Replay, Verdict
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
    "Calibration",
    "Client",
    "ClientError",
    "CloudUnreachableError",
    "CountsComparison",
    "Credentials",
    "CredentialsError",
    "Device",
    "Difference",
    "EstimationResult",
    "Evidence",
    "Job",
    "JobCancelledError",
    "JobDiff",
    "JobEvent",
    "JobFailedError",
    "JobNotSucceededError",
    "JobRecord",
    "JobRequest",
    "JobResult",
    "NotReplayableError",
    "Replay",
    "SamplingResult",
    "UnexpectedAnswerError",
    "ValueComparison",
    "Verdict",
    "WaitTimeoutError",
    "find_credentials",
]
