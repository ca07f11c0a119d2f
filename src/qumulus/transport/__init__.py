"""The HTTP client of SDK and Provider."""

from qumulus.transport._generated.http import SyncHttpClient
from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.errors import ApiError, ClientError, CloudUnreachableError
from qumulus.transport.http import HttpClient, segment
from qumulus.transport.retry import NO_RETRIES, RetryPolicy

__all__ = [
    "NO_RETRIES",
    "Answer",
    "ApiError",
    "ClientError",
    "CloudUnreachableError",
    "HttpClient",
    "NoAnswerError",
    "RetryPolicy",
    "SyncHttpClient",
    "segment",
]
