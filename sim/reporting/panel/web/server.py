"""The server of a panel: Voila behind a gate, one kernel a visitor, at most so many,
and no message but those of widgets.

    python -m sim.reporting.panel.web.server NOTEBOOK --port=PORT [options of Voila]

What is left to Voila: rendering the page, and carrying messages of widgets. What is not: who may ask,
how many kernels there are, and which messages reach a kernel.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
import webbrowser
from collections.abc import Awaitable
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
)
from tornado.httpserver import HTTPServer
from tornado.routing import Router
from tornado.web import Application, HTTPError, RequestHandler
from traitlets import Float, Integer
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from sim.reporting.panel.web.gate import FULL, TOKEN, Gate

# Voila writes the id of the kernel into the page, for its own client, and hands it to nothing else.
KERNEL = re.compile(r'"kernelId": *"([0-9a-f-]{36})"')
# Without execute_request: who may move a slider may not run code of their own. The last two a widget's page
# asks for at its start.
OF_WIDGETS = {"comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"}
V1 = "v1.kernel.websocket.jupyter.org"


class Visit:
    """A visitor's page as it was rendered, and the kernel that it talks to."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.rendered = asyncio.Event()

    @property
    def kernel(self) -> str:
        """The kernel; "" while the page is being rendered."""
        found = KERNEL.search("".join(self.html))
        return found[1] if found else ""


class Visits:
    """The visits whose kernels live."""

    def __init__(self, kernels: Any, most: int) -> None:
        self.kernels, self.most = kernels, most
        self.of: dict[str, Visit] = {}

    def begin(self, visitor: str) -> Visit | None:
        """A visit for a visitor who has none; None where there are as many as there may be."""
        # A visit that is being rendered has no kernel yet, and a kernel may outlive its visit: the larger
        # number counts.
        if max(len(self.of), len(self.kernels.list_kernel_ids())) >= self.most:
            return None
        self.of[visitor] = Visit()
        return self.of[visitor]

    def forget_ended(self) -> None:
        """Forget visits whose kernel was shut down, or never began."""
        living = set(self.kernels.list_kernel_ids())
        self.of = {
            visitor: visit
            for visitor, visit in self.of.items()
            # Until it is rendered its kernel is not known, and must not be taken for one that has ended.
            if not visit.rendered.is_set() or visit.kernel in living
        }


class PanelPage(TornadoVoilaHandler):  # type: ignore[misc]
    """The panel: rendered once for a visitor, and the same again where it is asked for again."""

    async def get(self, path: str | None = None) -> None:
        """Voila's page, by the visitor's own kernel."""
        if path:
            raise HTTPError(404)
        visits: Visits = self.settings["visits"]
        visits.forget_ended()
        visitor = self._visitor()
        visit = visits.of.get(visitor)
        if visit is not None:
            # A page that is loaded twice at once: the second waits for the first, and starts no kernel.
            await visit.rendered.wait()
            self.write("".join(visit.html))
        elif (visit := visits.begin(visitor)) is None:
            _refuse(self, 503, FULL.format(most=visits.most))
        else:
            await self._render(visit)

    def _visitor(self) -> str:
        gate: Gate = self.settings["gate"]
        visitor = gate.visitor(self.get_cookie(gate.cookie, ""))
        if not visitor:
            visitor, cookie = gate.newcomer()
            # httponly: no script can read it. Strict: a page of another site cannot make a browser send it.
            self.set_cookie(gate.cookie, cookie, httponly=True, samesite="Strict", path="/")
        return visitor

    async def _render(self, visit: Visit) -> None:
        try:
            async for html in self.get_generator():
                visit.html.append(html)
                self.write(html)
                self.flush()
        finally:
            # Also where rendering failed: the next request for the page would never be answered.
            visit.rendered.set()
            # A browser that left while its page was rendered never connects, and would never be seen to
            # leave.
            self.settings["voila"].end_if_left(visit.kernel)


class Socket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Messages between a page and its kernel: those of widgets pass,
    all others are dropped before anything reads on."""

    def on_message(self, message: str | bytes) -> None:
        """Hand a message of a widget on."""
        # By the subprotocol that was agreed on: each lays its bytes out in another way.
        if self.connection is not None and type_of(message, self.selected_subprotocol) in OF_WIDGETS:
            super().on_message(message)

    def on_close(self) -> None:
        """A connection that is lost: the page may be gone, or come back."""
        super().on_close()
        self.settings["voila"].end_if_left(self.kernel_id)


def type_of(message: str | bytes, protocol: str | None) -> str:
    """The type of a message of Jupyter; "" for what is no message.

    The parts of a binary message are counted in its first bytes:
    a count that the message has no room for is refused here, as Jupyter would make room for it,
    for gigabytes.
    """
    try:
        if protocol == V1:
            # Before the reader: it makes lists as long as the count says.
            _has_room(message, 8, "little")
            header = json.loads(deserialize_msg_from_ws_v1(message)[1][0])
        elif isinstance(message, bytes):
            _has_room(message, 4, "big")
            header = deserialize_binary_message(message)["header"]
        else:
            header = json.loads(message)["header"]
        found = header["msg_type"]
    # Whatever a message was made to break in a reader, it has no type, and is dropped.
    except Exception:
        return ""
    return found if isinstance(found, str) else ""


def _has_room(message: Any, width: int, order: Literal["little", "big"]) -> None:
    if width * (1 + int.from_bytes(message[:width], order)) > len(message):
        raise ValueError("a count of parts beyond the message")


class Leave(VoilaShutdownKernelHandler):  # type: ignore[misc]
    """A page that is left says so. Its kernel ends a moment later,
    unless the page was loaded again or is open twice."""

    async def post(self, kernel_id: str) -> None:
        """Answer at once."""
        server: Server = self.settings["voila"]
        server.end_if_left(kernel_id, server.left_s)
        # A page that is going away reads no answer.
        self.set_status(204)
        self.finish()


class Refusal(RequestHandler):
    """What is said to those who may not ask."""

    def initialize(self, status: int, words: str) -> None:
        """Status and words."""
        self.status, self.words = status, words

    def prepare(self) -> Awaitable[None] | None:
        """Refuse every method alike."""
        _refuse(self, self.status, self.words)
        return None


def _refuse(handler: RequestHandler, status: int, words: str) -> None:
    handler.set_status(status)
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.finish(f'<!DOCTYPE html><html lang="en"><title>borderflow: a panel</title><p>{words}</p></html>')


# A router around the application and not a handler in it: handlers of Voila that are not listed here are
# behind it as well.
class Gated(Router):
    """Every request goes through the gate, whatever it asks for: pages, files, sockets."""

    def __init__(self, app: Application, gate: Gate) -> None:
        self.app, self.gate = app, gate

    def find_handler(self, request: Any, **kwargs: Any) -> Any:
        """What answers a request."""
        cookie = request.cookies.get(self.gate.cookie)
        tokens = [value.decode("utf-8", "replace") for value in request.query_arguments.get("token", ())]
        refusal = self.gate.refusal(request.host, tokens, cookie.value if cookie else "")
        if refusal is not None:
            about = {"status": refusal[0], "words": refusal[1]}
            return self.app.get_handler_delegate(request, Refusal, about)
        return self.app.find_handler(request, **kwargs)

    def listen(self, port: int, address: str) -> HTTPServer:
        """Begin to answer."""
        server = HTTPServer(self)
        server.listen(port, address)
        return server


class Server(Voila):  # type: ignore[misc]
    """Voila with what it lacks to be left open on a machine that others use, too."""

    app: Any
    most_kernels = Integer(8, config=True, help="Panels at one time; each takes about 310 MB.")
    left_s = Float(3.0, config=True, help="How long the kernel of a page that was left waits for it.")
    lost_s = Float(60.0, config=True, help="How long a kernel that no page is connected to waits for one.")

    def init_settings(self) -> Any:
        """The settings of handlers, and the gate and the visits with them."""
        settings = super().init_settings()
        # Taken out of the environment: kernels inherit that, and need no token.
        self.gate = Gate(self.port, os.environ.pop(TOKEN))
        return {**settings, "gate": self.gate, "visits": Visits(self.kernel_manager, self.most_kernels)}

    def init_handlers(self) -> list[Any]:
        """Voila's handlers; page, socket and shutdown are ours."""
        ours = (PanelPage, Socket, Leave)
        return [
            # By the class that each replaces: routes stay Voila's, whatever it calls them.
            (rule[0], next((own for own in ours if own.__base__ is rule[1]), rule[1]), *rule[2:])
            for rule in super().init_handlers()
        ]

    def listen(self) -> None:
        """Answer through the gate until stopped."""
        self.app = Gated(self.app, self.gate)
        super().listen()

    def launch_browser(self) -> None:
        """Open the address by a file that this user alone can read: a command line is for all to read."""
        # mkstemp gives a file that its owner alone can read.
        descriptor, name = tempfile.mkstemp(suffix=".html")
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={self.gate.address}">')
        # A thread, since opening may wait for the browser; a daemon, so that the server can end meanwhile.
        Thread(target=webbrowser.open, args=(Path(name).as_uri(),), daemon=True).start()

    def end_if_left(self, kernel_id: str, after_s: float | None = None) -> None:
        """Shut a kernel down if no page is connected to it a while later."""
        after_s = self.lost_s if after_s is None else after_s
        # Later: a page that is loaded again leaves first and connects after.
        asyncio.get_running_loop().call_later(after_s, lambda: asyncio.ensure_future(self._end(kernel_id)))

    async def _end(self, kernel_id: str) -> None:
        kernels = self.kernel_manager
        if kernel_id in kernels and kernels.kernel_model(kernel_id)["connections"] == 0:
            await ensure_async(kernels.shutdown_kernel(kernel_id))


if __name__ == "__main__":
    Server.launch_instance()
