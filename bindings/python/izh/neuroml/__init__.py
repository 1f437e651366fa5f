"""NeuroML 2: models of Izhikevich cells from files, and networks to files.

    >>> model = izh.neuroml.read("LEMS_2007One.xml")
    >>> model.length, model.step, dict(model.populations)
    (520.0, 0.0025, {'RS_pop': range(0, 1)})
    >>> spikes = model.run()
    >>> izh.neuroml.write(network, "network.nml", lems="LEMS_network.xml", length=1000)

A file is read by what its elements mean in NeuroML's core types; what has no equal here is an
`izh.UnsupportedError`, what is wrong an `izh.InvalidError`, and what is no safe XML an
`izh.FormatError`: each names the file and the line, which are its attributes `file` and `line`,
too. Nothing is fetched, and no file is read outside the folder of the first.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

from .._arrays import real, shown
from .._network import Network
from ..errors import FileError, InvalidError
from ._model import Cell, Model, Place, Pulse, Source, Synapse, Wires
from ._read import read_document
from ._take import model_of
from ._write import lems as lems_text
from ._write import neuroml as neuroml_text
from ._xml import load, parse

__all__ = [
    "Cell",
    "Model",
    "Place",
    "Pulse",
    "Source",
    "Synapse",
    "Wires",
    "describe",
    "dumps",
    "loads",
    "read",
    "write",
]

Pathlike = Union[str, "os.PathLike[str]"]


def read(
    path: Pathlike,
    *,
    network: Optional[str] = None,
    root: Optional[Pathlike] = None,
    alpha: bool = False,
) -> Model:
    """The model in a NeuroML or LEMS file.

    Args:
        path: of the file; others that it includes are read, too.
        network: the id of the network. Default: what the simulation runs, or the only one.
        root: the folder that included files must be in. Default: the file's own.
        alpha: take an alphaSynapse or alphaCondSynapse for the difference of exponentials that is nearest to it: the
            rise .95 of the decay, the peak where it was.

    Returns:
        A `Model`, whose `build` makes the network, and whose `run` runs it.

    Raises:
        FileError: a file cannot be read.
        FormatError, InvalidError, UnsupportedError: with the file and the line.
    """
    where = Path(path).resolve()
    within = where.parent if root is None else Path(root).resolve()
    return read_document(load(where, where.name), where.parent, within, network, alpha)


def loads(
    text: Union[str, bytes], *, network: Optional[str] = None, alpha: bool = False
) -> Model:
    """The model in a text of NeuroML or LEMS, which can include none but NeuroML's core.

    Args:
        text: the document.
        network, alpha: as those of `read`.

    Raises:
        What `read` raises, with "text" for the file.
    """
    data = text.encode() if isinstance(text, str) else bytes(text)
    return read_document(parse(data, "text"), None, None, network, alpha)


def describe(net: Network, length: Optional[float] = None) -> Model:
    """The model of a network, before its first run: its neurons, synapses and constant currents.

    Args:
        net: the network, at time 0.
        length: how long its simulation is, ms. Default: not said.

    Raises:
        UnsupportedError: something of it has no equal in NeuroML; says what.
        InvalidError: it is not at time 0, or its parameters are not known since it was loaded.
    """
    if not isinstance(net, Network):
        raise TypeError(f"describe needs an izh.Network, not {type(net).__name__}")
    return model_of(net, None if length is None else real("length", length))


def _model(what: Union[Model, Network], length: Optional[float], step: Optional[float]) -> Model:
    model = what if isinstance(what, Model) else describe(what, length)
    length = model.length if length is None else real("length", length)
    return replace(model, length=length, step=model.step if step is None else real("step", step))


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise InvalidError(f"name = {shown(name)!r} is no id: letters, digits and _")
    return name


def dumps(
    what: Union[Model, Network], *, name: str = "network", length: Optional[float] = None
) -> str:
    """A NeuroML document with a network or a model. What `loads` makes of it is the same to the bit.

    Args:
        what: a network, as for `describe`, or a model.
        name: the id of the network in it.
        length: how long its simulation is, ms.
    """
    return neuroml_text(_model(what, length, None), _name(name))


def write(
    what: Union[Model, Network],
    path: Pathlike,
    *,
    lems: Optional[Pathlike] = None,
    length: Optional[float] = None,
    step: Optional[float] = None,
    name: str = "network",
) -> None:
    """Writes a NeuroML file, and a LEMS file that runs it, if that is wanted.

    Args:
        what: a network, as for `describe`, or a model.
        path: of the NeuroML file.
        lems: of the LEMS file, in the same folder.
        length: of the simulation, ms. Default: the model's.
        step: of the simulation, ms. Default: the network's tick, or the model's.
        name: the id of the network in it.

    Raises:
        What `describe` raises; FileError: a file cannot be written.
    """
    model, file = _model(what, length, step), Path(path)
    texts = [(file, neuroml_text(model, _name(name)))]
    if lems is not None:
        if Path(lems).resolve().parent != file.resolve().parent:
            raise InvalidError(f"lems = {os.fspath(lems)!r} is not in the folder of the NeuroML file")
        texts.append((Path(lems), lems_text(model, name, file.name)))
    for place, text in texts:
        try:
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FileError(f"{place}: {error.strerror or error}") from None
