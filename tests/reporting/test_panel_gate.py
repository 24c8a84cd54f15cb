"""Who may ask a panel, and what may reach its kernel."""

from __future__ import annotations

import json

import pytest

from sim.core.errors import UsageError
from sim.reporting.panel.web.gate import NO_HOST, NO_TOKEN, Gate
from sim.reporting.panel.web.serve import _free, free_port

GATE = Gate(8866, "secret")
OWN = "127.0.0.1:8866"


@pytest.mark.parametrize("host", [OWN, "localhost:8866", "LOCALHOST:8866"])
def test_the_address_with_its_token_opens_a_panel(host: str) -> None:
    assert GATE.address == "http://127.0.0.1:8866/?token=secret"
    assert GATE.refusal(host, ["secret"], "") is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8866", "127.0.0.1", "127.0.0.1:8867", "localhost.evil.example:8866",
     "", "[::1]:8866"],
)  # fmt: skip
def test_another_host_is_refused_with_the_token_too(host: str) -> None:
    assert GATE.refusal(host, ["secret"], GATE.newcomer()[1]) == (403, NO_HOST)


@pytest.mark.parametrize("tokens", [[], [""], ["secre"], ["secret "], ["\ud7ff\u20ac"]])
def test_without_the_token_everything_is_refused(tokens: list[str]) -> None:
    for cookie in ("", "x", "x.", ".x", f"x.{'0' * 64}", Gate(8866).newcomer()[1]):
        assert GATE.refusal(OWN, tokens, cookie) == (403, NO_TOKEN)


def test_a_cookie_says_who_a_visitor_is_and_stands_for_the_token() -> None:
    (ann, cookie), (ben, other) = GATE.newcomer(), GATE.newcomer()
    assert ann != ben
    assert (GATE.visitor(cookie), GATE.visitor(other)) == (ann, ben)
    assert GATE.refusal(OWN, [], cookie) is None
    assert GATE.visitor(f"{ben}.{cookie.partition('.')[2]}") == ""


def test_every_server_has_a_token_of_its_own() -> None:
    assert len({Gate(1).token for _ in range(20)}) == 20
    assert len(Gate(1).token) >= 32


def test_a_port_in_use_is_refused_before_an_address_is_printed() -> None:
    import socket

    port = free_port()
    assert _free(port) == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(UsageError, match=f"--port: {port} cannot be used"):
            _free(port)


def _v1(header: object) -> bytes:
    parts = [b"shell", json.dumps(header).encode(), b"{}", b"{}", b"{}"]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(n.to_bytes(8, "little") for n in (len(offsets), *offsets)) + b"".join(parts)


def test_the_type_of_a_message_is_found_in_every_protocol() -> None:
    server = pytest.importorskip("sim.reporting.panel.web.server")
    text = json.dumps({"header": {"msg_type": "comm_msg"}, "parent_header": {}})
    old = (1).to_bytes(4, "big") + (8).to_bytes(4, "big") + text.encode()
    assert server.type_of(text, None) == "comm_msg"
    assert server.type_of(old, None) == "comm_msg"
    assert server.type_of(_v1({"msg_type": "comm_msg"}), server.V1) == "comm_msg"


def test_what_is_no_message_has_no_type_and_takes_no_memory() -> None:
    server = pytest.importorskip("sim.reporting.panel.web.server")
    huge = [bytes([b]) * 4 + b"x" * 30 for b in (5, 127, 255)] + [
        b"\xff" * 40,
        b"\xff" * 7 + b"\x7f" + b"x" * 9,
    ]
    for junk in (
        "",
        "[]",
        "{}",
        "[" * 5000,
        '{"header": {"msg_type": []}}',
        b"",
        b"\x00" * 20,
        _v1(3),
        *huge,
    ):
        assert server.type_of(junk, None) == ""
        assert server.type_of(junk, server.V1) == ""


def test_code_may_not_be_sent_to_a_kernel() -> None:
    server = pytest.importorskip("sim.reporting.panel.web.server")
    assert not {"execute_request", "shutdown_request", "input_reply", "debug_request"} & server.OF_WIDGETS
