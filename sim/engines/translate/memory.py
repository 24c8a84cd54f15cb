"""The state of a run as flat arrays of records, found through one record: the world.

The world holds scalars, and of every array its address and length; a function takes the world alone,
which costs one machine word. `view_of` makes the array anew wherever it is needed; compiled, that is nothing,
and in plain Python it is looked up. All of it follows from the declarations; `packed` fills it from the
objects that the SimPy engine begins with.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines.translate.layout import Layout


def view_of(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """A function from an address and a length to the array there: the plain one,
    which compiled code replaces."""
    known: dict[tuple[int, int], Any] = {}

    def view(address: int, n: int) -> Any:
        # Kept, since making a view costs far more than reading from it. It cannot be stale: it is an address
        # and a length, and holds nothing.
        found = known.get((address, n))
        if found is None:
            # It does not keep the memory alive: `Memory` must live as long as anybody uses its world.
            buffer: Any = (ctypes.c_char * (int(n) * dtype.itemsize)).from_address(int(address))
            found = known[address, n] = np.frombuffer(buffer, dtype)
        return found

    return view


class Memory:
    """Owns the arrays of a run, and the world that points at them."""

    def __init__(self, layout: Layout, sizes: dict[str, int]) -> None:
        self.layout = layout
        self.arrays: dict[str, Any] = {}
        self.whole = np.zeros(1, layout.world)
        for name, dtype in layout.arrays.items():
            # At least one place, so that every array has an address.
            self._place(name, np.zeros(max(1, sizes.get(name, 1)), dtype))

    def _place(self, name: str, array: Any) -> None:
        self.arrays[name] = array
        self.whole[f"{name}_at"][0] = array.ctypes.data
        self.whole[f"{name}_room"][0] = len(array)

    def fill(self, name: str, values: Any) -> None:
        """Put values at the front of an array."""
        if len(values):
            self.arrays[name][: len(values)] = values

    def grow(self, name: str, factor: int = 2) -> None:
        """Give an array more room; what it holds stays where it is in it."""
        old = self.arrays[name]
        # Zeros behind the old content: a record that has never been used counts as not alive.
        larger = np.zeros(factor * len(old), self.layout.arrays[name])
        larger[: len(old)] = old
        self._place(name, larger)
