"""What PyNN 0.10 gets wrong where NumPy is of version 2, done right."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyNN import connectors
from pyNN.recording.files import StandardTextFile


class OneToOneConnector(connectors.OneToOneConnector):
    __doc__ = connectors.OneToOneConnector.__doc__

    def _standard_connect(self, projection: Any, columns: Any, *others: Any, **named: Any) -> None:
        """A column of a single source is a number for PyNN, and NumPy 2 has no nonzero() of it."""

        def arrays(*mask: Any) -> Any:
            return map(np.atleast_1d, columns(*mask))

        super()._standard_connect(projection, arrays, *others, **named)


class TextFile(StandardTextFile):
    """PyNN writes each number's repr, which is np.float64(1.0) with NumPy 2; Python's own is 1.0."""

    def write(self, data: Any, metadata: Any) -> None:
        super().write(np.asarray(data, float).astype(object), metadata)
