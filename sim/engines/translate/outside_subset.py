"""The error of a process that cannot be translated."""

from __future__ import annotations

import ast
import linecache


class OutsideSubset(Exception):
    """What a translator cannot take: the reason, the file and line of the model, and the source line."""

    def __init__(self, node: ast.AST, reason: str, path: str) -> None:
        # Every field, as in all errors of the package: errors are copied and pickled by their arguments.
        super().__init__(node, reason, path)
        self.node, self.reason, self.path = node, reason, path
        self.line: int = getattr(node, "lineno", 0)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}\n    {self._source()}"

    def _source(self) -> str:
        """The line as it stands in the file; where there is no such file, as the tree reads."""
        written = linecache.getline(self.path, self.line).strip()
        return written or ast.unparse(self.node).splitlines()[0]
