"""Two places for blobs: a local directory, and a bucket that speaks S3."""

from qumulus.store.blobs.opening import open_blobs

__all__ = ["open_blobs"]
