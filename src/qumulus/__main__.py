"""``python -m qumulus`` is ``qumulus``."""

from qumulus.cli.main import run

run()
