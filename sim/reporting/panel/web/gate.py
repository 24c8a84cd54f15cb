"""Who may ask the server of a panel: whoever has the address with its token,
and only by a name of this machine.

A page of the network could point a name of its own at this machine (DNS rebinding);
it is refused by the Host that it asks for. A cookie says that a visitor has had the token,
and which visitor it is.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

TOKEN = "BORDERFLOW_PANEL_TOKEN"
"""The variable of the environment that hands the token over: a command line is for all to read."""
NO_TOKEN = "This panel is opened by the whole address that the terminal printed, with its token."
NO_HOST = "This panel answers to 127.0.0.1 and localhost alone, at its own port."
FULL = "All {most} panels of this server are in use. Close a panel, wait a minute, and load this page again."


@dataclass(frozen=True, slots=True)
class Gate:
    """The token and the port of a server."""

    port: int
    # 24 bytes: no guessing over the network reaches it while the server runs.
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def address(self) -> str:
        """The address that opens a panel."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie; browsers send cookies to every port of a host."""
        return f"borderflow-panel-{self.port}"

    def refusal(self, host: str, tokens: Iterable[str], cookie: str) -> tuple[int, str] | None:
        """Status and words for a request that is refused; nothing for one that may pass."""
        # Names of hosts are compared without case.
        if host.lower() not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return 403, NO_HOST
        if not self.visitor(cookie) and not any(_same(token, self.token) for token in tokens):
            return 403, NO_TOKEN
        return None

    def visitor(self, cookie: str) -> str:
        """Who a cookie says that a visitor is; nobody where it was not made here."""
        name, _, proof = cookie.partition(".")
        # Proved by the token and kept nowhere: a cookie of another server, or one made up, proves nothing.
        return name if name and _same(proof, self._proof(name)) else ""

    def newcomer(self) -> tuple[str, str]:
        """A name for a visitor who is new, and the cookie that says so."""
        name = secrets.token_hex(16)
        return name, f"{name}.{self._proof(name)}"

    def _proof(self, name: str) -> str:
        return hmac.new(self.token.encode(), name.encode(), "sha256").hexdigest()


def _same(a: str, b: str) -> bool:
    # The time that `==` takes shows how many characters were right. Bytes, since compare_digest takes only
    # ASCII of strings.
    return hmac.compare_digest(a.encode(), b.encode())
