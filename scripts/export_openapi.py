"""Write the OpenAPI documents of the APIs to ``api/``: run after changing an endpoint or a shape."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from qumulus.http.apis import APIS, document_of
from qumulus.http.settings import HttpSettings

FOLDER = Path(__file__).parent.parent / "api"


def written() -> dict[str, str]:
    """The documents by file name."""
    version = HttpSettings().version
    return {
        f"{api.role}.json": json.dumps(document_of(api, version), indent=2, ensure_ascii=False) + "\n"
        for api in APIS
    }


def main() -> None:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"api/{name}\n")


if __name__ == "__main__":
    main()
