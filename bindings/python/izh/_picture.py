"""Figures that a notebook shows once. Needs matplotlib, and is imported where that is."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any, Iterable

_matplotlib: Any = import_module("matplotlib")
_figure: Any = import_module("matplotlib.figure")
_pyplot_has: Any = import_module("matplotlib._pylab_helpers").Gcf


def _is_inline(backend: str) -> bool:
    return backend.rpartition(".")[2] in ("inline", "backend_inline")


def _have_windows() -> Iterable[str]:
    """The backends that open windows."""
    backends: Any = import_module("matplotlib.backends")
    if not hasattr(backends, "backend_registry"):  # matplotlib before 3.9
        names: Iterable[str] = _matplotlib.rcsetup.interactive_bk
    else:
        names = backends.backend_registry.list_builtin(backends.BackendFilter.INTERACTIVE)
    return (name.lower() for name in names)


class Picture(_figure.Figure):  # type: ignore[misc]
    """A notebook shows what a cell returns, and at the cell's end what pyplot has: this would be
    both."""

    def is_shown(self) -> bool:
        """Whether pyplot has it and shows it: in a window, or at the end of a notebook's cell."""
        managers = _pyplot_has.get_all_fig_managers()
        if not any(manager.canvas.figure is self for manager in managers):
            return False
        backend = _matplotlib.get_backend().lower()
        return (
            _is_inline(backend) or backend.startswith("module://") or backend in _have_windows()
        )

    def _ipython_display_(self) -> None:
        """IPython asks this first, whether the cell or its end shows the figure."""
        if self.is_shown():
            if not _is_inline(_matplotlib.get_backend().lower()):
                return  # it has its window
            import_module("matplotlib.pyplot").close(self)  # lest the cell's end shows it again
        raise NotImplementedError  # and IPython goes on with its other ways to show a figure

    def _repr_png_(self) -> bytes:
        png = io.BytesIO()
        self.savefig(png, format="png")
        return png.getvalue()
