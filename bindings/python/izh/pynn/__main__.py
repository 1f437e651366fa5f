"""Runs a PyNN script on libizh: ``python3 -m izh.pynn SCRIPT izh [ARGUMENT...]``.

For scripts that ask for a simulator's name, as PyNN's examples do by ``get_simulator()``, which
looks for pyNN.NAME: here is pyNN.izh.
"""

from __future__ import annotations

import runpy
import sys

import izh.pynn

if len(sys.argv) < 2:
    sys.exit("usage: python3 -m izh.pynn SCRIPT [ARGUMENT...]")
sys.modules["pyNN.izh"] = izh.pynn
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
