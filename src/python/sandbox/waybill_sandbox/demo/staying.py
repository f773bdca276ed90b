"""The demo's Kafka and lake in the console, until Ctrl-C."""

from __future__ import annotations

from contextlib import suppress

from waybill_common.errors import PortInUse, ServiceNotReady
from waybill_sandbox.demo.folders import DemoFolders
from waybill_sandbox.demo.narrator import Narrator
from waybill_sandbox.demo.steps import Surroundings, lake_env
from waybill_sandbox.ports import LOOPBACK, claim_port, listens
from waybill_sandbox.process import Child, Command

PORT = 8888
START_SECONDS = 60.0


def console_command(folders: DemoFolders, around: Surroundings, port: int) -> Command:
    """Whoever is on this machine may create topics and start an audit: all of it is gone at the next demo."""
    return Command(
        "the console",
        (
            *(str(folders.waybill.absolute()), "console"),
            *("--listen", f"{LOOPBACK}:{port}", "--allow-write"),
        ),
        lake_env(folders, around),
        folders.logs / "console.log",
        cwd=folders.folder,
    )


def stay(folders: DemoFolders, around: Surroundings, narrator: Narrator) -> None:
    """Until Ctrl-C. Raises ServiceNotReady where the console doesn't start, or ends by itself."""
    port = _port()
    child = Child(console_command(folders, around, port))
    with suppress(KeyboardInterrupt):
        try:
            with narrator.step("the console") as tell:
                child.await_ready(lambda: listens(port), START_SECONDS)
                tell(f"http://{LOOPBACK}:{port}, until Ctrl-C; Kafka stays at {around.bootstrap_servers}")
            while child.wait(3600) is None:
                pass
            raise ServiceNotReady(
                f"The console ended with exit code {child.exit_code()}. The end of its log:\n{child.log_tail()}\n",
                allowed="a console that runs until Ctrl-C.",
                remedy="mend what the log names.",
            )
        finally:
            child.stop()


def _port() -> int:
    """The console's own, or any free one where a program holds it."""
    try:
        return claim_port(PORT, "the console")
    except PortInUse:
        return claim_port(0, "the console")
