"""The page on moving from OQTOPUS is typed as it stands, its Python with the clients it speaks of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.compat.environments import python_of
from tests.meta.documents import ROOT, blocks
from tests.meta.running import running_cloud
from tests.meta.test_docs_tried import environment, try_out

PAGE = ROOT / "docs" / "how-to" / "move-from-oqtopus.md"


def test_the_page_holds_for_every_client(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_cloud(data) as credentials:
        try_out(PAGE, data)
        variables = {
            "OQTOPUS_URL": f"{credentials['url']}/user",
            "OQTOPUS_API_TOKEN": (tmp_path / "eve.token").read_text().strip(),
        }
        with_client, with_quri_parts = (block.text for block in blocks(PAGE) if block.language == "python")
        for client, program, shown in (
            ("oqtopus-client", with_client, "succeeded"),
            ("quri-parts-oqtopus", with_quri_parts, "[0,"),
            ("quri-parts-oqtopus-1.0", with_quri_parts, "[0,"),
        ):
            assert shown in run(client, program, {**environment(data), **variables})


def run(client: str, program: str, variables: dict[str, str]) -> str:
    kept = {name: value for name, value in variables.items() if not name.startswith("PYTHON")}
    command = [os.fspath(python_of(client)), "-c", program]
    done = subprocess.run(command, env=kept, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
