"""``qumulus demo``: a cloud of its own, the three sequences of a job on real circuits, their results."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from qumulus.cli.console import invitation
from qumulus.cli.extras import require
from qumulus.cli.paths import read_path
from qumulus.config import SettingsError, make_data_directory

if TYPE_CHECKING:
    from rich.console import Console

    from qumulus.bootstrap import CredentialsFile
    from qumulus.cli.demo.play import Play

SHOTS: Final = 1000
AS_HARDWARE: Final = "{ touches_hardware = true }"
"""The simulator waits for the Cloud's word before it runs, as hardware does: so each step can be seen."""


def demo(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", parser=read_path, metavar="PATH", help="Keep the demo's data in this new directory."
        ),
    ] = None,
) -> None:
    """Play a job's success, failure and cancellation on a Cloud and Provider of their own."""
    require("cloud", "provider")
    import httpx

    from qumulus.cli.demo.stage import WrongStateError, open_console
    from qumulus.cli.supervisor import StartFailedError

    console = open_console()
    with tempfile.TemporaryDirectory(prefix="qumulus-demo-") as fresh:
        directory = data or Path(fresh)
        if data is not None and (data / "credentials.json").exists():
            raise typer.BadParameter(
                f"{data} holds a cloud already: name a new directory.", param_hint="--data"
            )
        try:
            make_data_directory(directory)
        except SettingsError as error:
            raise typer.BadParameter(str(error), param_hint="--data") from error
        try:
            asyncio.run(_perform(directory, console))
        except (WrongStateError, StartFailedError, TimeoutError, httpx.HTTPError) as error:
            console.print(
                f"\n[bold red]The demo failed:[/] {str(error) or type(error).__name__}", markup=True
            )
            for log in sorted(directory.glob("*.log")):
                console.print(f"--- {log.name}\n{log.read_text()[-3000:]}", markup=False)
            raise typer.Exit(1) from error


async def _perform(data: Path, console: Console) -> None:
    from qumulus.cli.demo import processes

    console.print("A Cloud on SQLite starts, with the user alice and the devices SC and SVSim.")
    with processes.cloud(data) as known:
        console.print(f"It is ready at {known.url}; its data is in {data}.")
        console.print(
            f"Watch it while it plays: {invitation(known.url, known.users['alice'])}", soft_wrap=True
        )
        result = await _sequences(known, data, console)
        _histograms(known, data, console, result=result)
    console.print("\n[bold green]Each stored state was as the sequences say.[/]")


async def _sequences(known: CredentialsFile, data: Path, console: Console) -> dict[str, Any]:
    import httpx

    from qumulus.cli.demo import processes
    from qumulus.cli.demo.database import Database
    from qumulus.cli.demo.gate import open_gate
    from qumulus.cli.demo.play import Play
    from qumulus.cli.demo.stage import Stage

    async with AsyncExitStack() as stack:
        gate, url = await stack.enter_async_context(open_gate(known.url))
        user = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=known.url,
                headers={"Authorization": f"Bearer {known.users['alice']}"},
                trust_env=False,
                timeout=90,
            )
        )
        database = Database(data / "qumulus.db")
        stack.callback(database.close)
        play = Play(user=user, gate=gate, stage=Stage(console, database))

        def provider(device: str, driver: str, options: str = "{}") -> AbstractContextManager[None]:
            return processes.provider(data, url=url, device=device, driver=driver, options=options)

        return await _play_all(play, provider)


async def _play_all(play: Play, provider: Callable[..., AbstractContextManager[None]]) -> dict[str, Any]:
    from qumulus.cli.demo import circuits
    from qumulus.cli.demo.play import Scene

    play.stage.title("Success: a GHZ state of five qubits on SC")
    scene = Scene(name="GHZ", code=circuits.GHZ, device="SC", provider=provider("SC", "superconducting"))
    result = await play.execution(scene, key="result", status="succeeded")
    play.stage.title("Failure: 40 qubits of non-Clifford gates on SVSim")
    simulator = provider("SVSim", "statevector", AS_HARDWARE)
    scene = Scene(name="too wide", code=circuits.TOO_WIDE, device="SVSim", provider=simulator)
    failed = await play.execution(scene, key="reason", status="failed")
    play.stage.say(f"The reason, as alice reads it: {failed['reason']}")
    play.stage.title("Cancellation: a long simulation on SVSim that is really running")
    simulator = provider("SVSim", "statevector", AS_HARDWARE)
    scene = Scene(name="long", code=circuits.long_running(), device="SVSim", provider=simulator)
    cancelled = await play.cancellation(scene)
    play.stage.say(f"The reason, as alice reads it: {cancelled['reason']}")
    return result


def _histograms(known: CredentialsFile, data: Path, console: Console, *, result: dict[str, Any]) -> None:
    """Show SC's counts, and beside them what the simulator makes of two circuits, asked by the SDK."""
    from qumulus.cli.demo import circuits, processes
    from qumulus.cli.histogram import histogram
    from qumulus.sdk import Client, SamplingResult

    console.print()
    console.rule("[bold]Results", align="left")
    console.print("GHZ on SC, the emulated superconducting QPU, with its noise:")
    console.print(*histogram(result["result"]["sampling"]["counts"]), sep="\n", markup=False)
    with processes.provider(data, url=known.url, device="SVSim", driver="statevector"):
        with Client(known.url, known.users["alice"]) as client:
            for title, code in (
                ("GHZ on SVSim, without noise:", circuits.GHZ),
                ("Bernstein-Vazirani on SVSim, which finds 1011 with one call:", circuits.BERNSTEIN_VAZIRANI),
            ):
                console.print(title)
                found = client.run(code, device="SVSim", shots=SHOTS)
                assert isinstance(found, SamplingResult)
                console.print(*histogram(found.counts), sep="\n", markup=False)
