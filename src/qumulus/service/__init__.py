"""What callers can ask for, one file each; every function takes the ``Services`` it works with."""

from qumulus.service.services import Services, ServiceSettings

__all__ = ["ServiceSettings", "Services"]
