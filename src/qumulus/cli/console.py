"""``qumulus console``: from the command line into the browser."""

from __future__ import annotations

import webbrowser
from typing import Annotated, Final

import typer

from qumulus.cli.output import Output, OutputOption, show_json
from qumulus.cli.session import user_client

NOT_BUILT: Final = "not built here: 'make console' in a checkout, with Node 20.19 or later"
_PATIENCE_S: Final = 5.0


def console(
    ctx: typer.Context,
    is_opened: Annotated[
        bool, typer.Option("--open", help="Open it in the browser of this machine.")
    ] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a link that signs a browser in to the console as you, once, within 15 minutes."""
    with user_client(ctx) as client:
        link = client.console_link()
    if output is Output.JSON:
        show_json(link)
    else:
        typer.echo(link.url)
    if is_opened:
        webbrowser.open(link.url)


def invitation(url: str, token: str) -> str:
    """Make a link that works once; where that fails, or there is no console, say what to do instead."""
    from qumulus.http.settings import ASSETS
    from qumulus.sdk import Client, ClientError
    from qumulus.transport.retry import RetryPolicy

    if not (ASSETS / "index.html").exists():
        return NOT_BUILT
    try:
        with Client(url, token, timeout_s=_PATIENCE_S, retries=RetryPolicy(total_s=_PATIENCE_S)) as client:
            return client.console_link().url
    except ClientError:
        return f"{url}/  (sign in with the link of 'qumulus console')"
