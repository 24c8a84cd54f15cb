"""The server of a panel on a notebook of one line: refusals, one kernel a visitor,
and messages that it survives."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from sim.reporting.panel.web.gate import TOKEN
from sim.reporting.panel.web.serve import OPTIONS, free_port

pytest.importorskip("voila")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NOTEBOOK: dict[str, Any] = {
    "cells": [{"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [],
        "source": ["1"]}],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip
SOON_S = 60.0
MOST_MB = 300.0


class Served:
    """A server, and visitors with and without cookies."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def visitor(self) -> urllib.request.OpenerDirector:
        return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def kernel(self, visitor: urllib.request.OpenerDirector) -> str:
        """The kernel of the page that a visitor gets."""
        page = visitor.open(f"http://127.0.0.1:{self.port}/?token=secret", timeout=SOON_S).read().decode()
        return re.findall(r'"kernelId": "([0-9a-f-]+)"', page)[0]

    def full(self, visitor: urllib.request.OpenerDirector) -> bool:
        try:
            self.kernel(visitor)
        except urllib.error.HTTPError as error:
            return error.code == 503
        return False

    def status(self, path: str, host: str = "", method: str = "GET") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON_S)
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}"})
        return connection.getresponse().status

    @property
    def memory_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def served(folder: Path, *options: str) -> Iterator[Served]:
    (folder / "one.ipynb").write_text(json.dumps(NOTEBOOK))
    port = free_port()
    own = [option for option in OPTIONS if not option.startswith("--template")]
    words = [
        sys.executable,
        "-m",
        "sim.reporting.panel.web.server",
        "one.ipynb",
        f"--port={port}",
        "--no-browser",
        *own,
        *options,
    ]
    environment = {
        **os.environ,
        TOKEN: "secret",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            found = Served(port, process)
            until = time.monotonic() + SOON_S
            while time.monotonic() < until and process.poll() is None:
                try:
                    found.status("/")
                    break
                except OSError:
                    time.sleep(0.2)
            yield found
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from served(tmp_path_factory.mktemp("server"))


def test_nothing_is_told_to_those_without_the_token_or_by_another_name(server: Served) -> None:
    kernel = server.kernel(server.visitor())
    for path in (
        "/",
        "/voila/static/voila.js",
        "/voila/files/x.png",
        f"/api/kernels/{kernel}",
        f"/api/kernels/{kernel}/channels",
        "/login",
    ):
        assert server.status(path) == 403, path
        assert server.status(f"{path}?token=wrong") == 403, path
        assert server.status(f"{path}?token=secret", host="evil.example") == 403, path
    assert server.status(f"/voila/api/shutdown/{kernel}", method="POST") == 403
    assert server.status(f"/api/kernels/{kernel}", method="DELETE") == 403
    assert server.status(f"/api/kernels/{kernel}?token=secret") == 200


def test_a_visitor_has_one_kernel_and_another_visitor_another(server: Served) -> None:
    ann, ben = server.visitor(), server.visitor()
    first = server.kernel(ann)
    assert server.kernel(ann) == first
    assert server.kernel(ben) != first


@pytest.mark.parametrize("protocol", ["", "v1.kernel.websocket.jupyter.org"])
def test_no_message_stops_the_server(server: Served, protocol: str) -> None:
    kernel = server.kernel(server.visitor())
    session = uuid.uuid4().hex
    header = {
        "msg_id": session,
        "username": "x",
        "session": session,
        "msg_type": "execute_request",
        "version": "5.3",
        "date": "2026-01-01T00:00:00Z",
    }
    forbidden = json.dumps(
        {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": {"code": "1"},
            "channel": "shell",
            "buffers": [],
        }
    )
    hostile: list[str | bytes] = [
        forbidden,
        forbidden.encode(),
        forbidden.replace("execute", "shutdown"),
        "",
        "[]",
        "{}",
        "[" * 5000,
        b"",
        b"\xff" * 30,
        b"\x05" + b"\x00" * 50,
        b"\x7f" * 40,
    ]

    async def send() -> None:
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        url = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id={session}&token=secret"
        protocols = [protocol] if protocol else None
        socket = await websocket_connect(HTTPRequest(url), subprotocols=protocols)
        for message in hostile:
            await socket.write_message(message, binary=isinstance(message, bytes))
        socket.close()

    with ThreadPoolExecutor(1) as apart:  # a browser's tests may have left a loop running in this thread
        apart.submit(asyncio.run, send()).result()
    begun = time.monotonic()
    assert server.kernel(server.visitor()) != kernel
    assert time.monotonic() - begun < SOON_S
    assert server.memory_mb < MOST_MB


def test_there_are_so_many_kernels_and_no_more_and_those_that_are_left_end(tmp_path: Path) -> None:
    for server in served(tmp_path, "--Server.most_kernels=1", "--Server.lost_s=2"):
        ann, ben = server.visitor(), server.visitor()
        server.kernel(ann)
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.kernel(ben)
        assert refused.value.code == 503
        assert b"All 1 panels of this server are in use" in refused.value.read()
        until = time.monotonic() + SOON_S
        while server.full(ben) and time.monotonic() < until:
            time.sleep(0.2)
        assert server.kernel(ben)
