"""Results for other packages, each of which is imported where it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from ._arrays import shown
from .errors import InvalidError

if TYPE_CHECKING:
    from ._results import Recording, Spikes
    from ._simulate import Result


def need(module: str, what: str, package: str) -> Any:
    """A module of an optional package."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(f"{what} needs {package}: {error}") from error


# ---- Neo ----


def _unit(quantities: Any, name: str) -> Any:
    units = {"mV": quantities.mV, "pA": quantities.pA, "mV/ms": quantities.mV / quantities.ms}
    if name not in units:
        raise InvalidError(f"u_unit = {shown(name)!r} is none of pA, mV/ms")
    return units[name]


def _trains(neo: Any, quantities: Any, spikes: Spikes) -> Any:
    for number, train in enumerate(spikes.trains()):
        yield neo.SpikeTrain(
            train, units=quantities.ms, t_start=spikes.t_start * quantities.ms,
            t_stop=spikes.t_stop * quantities.ms, name=f"neuron {number}", neuron=number,
        )  # fmt: skip


def _add_signal(
    made: Any, neo: Any, quantities: Any, t: Any, values: Any, unit: Any, name: str, **more: Any
) -> None:
    """Samples at the first of these times: regular ones, or with a last one that comes sooner."""
    steps = np.diff(t)
    slack = 1e-6 * steps[:1] + 4 * np.spacing(np.abs(t).max(initial=0.0))
    now = t[: len(values)]
    if len(t) > 2 and (np.abs(steps - steps[0]) > slack).any():
        made.irregularlysampledsignals.append(
            neo.IrregularlySampledSignal(now * quantities.ms, values, units=unit, name=name, **more)
        )
        return
    step = float(t[-1] - t[0]) / (len(t) - 1) if len(t) > 1 else 1.0
    start = float(t[0]) if len(t) else 0.0
    signal = neo.AnalogSignal(
        values, units=unit, t_start=start * quantities.ms, sampling_period=step * quantities.ms,
        name=name, **more,
    )  # fmt: skip
    made.analogsignals.append(signal)


def segment(spikes: Optional[Spikes], recording: Optional[Recording], u_unit: str) -> Any:
    neo, quantities = need("neo", "to_neo", "Neo"), need("quantities", "to_neo", "quantities")
    made = neo.Segment(name="izh")
    made.spiketrains.extend([] if spikes is None else list(_trains(neo, quantities, spikes)))
    if recording is not None:
        rows = recording.filled
        for name, unit in (("v", "mV"), ("u", u_unit)):
            _add_signal(
                made, neo, quantities, recording.t, rows[name], _unit(quantities, unit), name,
                array_annotations={"neuron": np.asarray(rows.neurons, np.int64)},
            )  # fmt: skip
    return made


def result_to_neo(result: Result) -> Any:
    neo, quantities = need("neo", "to_neo", "Neo"), need("quantities", "to_neo", "quantities")
    made = neo.Segment(name=result.title)
    made.spiketrains.append(
        neo.SpikeTrain(
            result.spikes, units=quantities.ms, t_start=result.t[0] * quantities.ms,
            t_stop=result.t[-1] * quantities.ms,
        )  # fmt: skip
    )
    for name, unit in (("v", "mV"), ("u", result.unit), ("I", result.unit)):
        values = getattr(result, name)[:, None]
        _add_signal(made, neo, quantities, result.t, values, _unit(quantities, unit), name)
    return made


# ---- pandas ----


def _about(frame: Any, **attributes: Any) -> Any:
    frame.attrs.update(attributes)
    return frame


def spikes_to_pandas(spikes: Spikes) -> Any:
    pandas = need("pandas", "to_pandas", "pandas")
    frame = pandas.DataFrame({"t": spikes["t"], "i": spikes["i"]})
    return _about(frame, n=spikes.n, t_start=spikes.t_start, t_stop=spikes.t_stop, units="ms")


def recording_to_pandas(recording: Recording) -> Any:
    pandas = need("pandas", "to_pandas", "pandas")
    rows = recording.filled
    columns = pandas.MultiIndex.from_product([["v", "u"], rows.neurons], names=["", "neuron"])
    index = pandas.Index(rows.t, name="t")
    return pandas.DataFrame(np.hstack([rows["v"], rows["u"]]), index=index, columns=columns)


def result_to_pandas(result: Result) -> Any:
    pandas = need("pandas", "to_pandas", "pandas")
    index = pandas.Index(result.t, name="t")
    return pandas.DataFrame({"v": result.v, "u": result.u, "I": result.I}, index=index)


# ---- xarray ----


def spikes_to_xarray(spikes: Spikes) -> Any:
    xarray = need("xarray", "to_xarray", "xarray")
    columns = {
        "t": ("spike", spikes["t"], {"units": "ms"}),
        "i": ("spike", spikes["i"], {"long_name": "neuron"}),
    }
    about = {"n": spikes.n, "t_start": spikes.t_start, "t_stop": spikes.t_stop}
    return xarray.Dataset(columns, attrs=about)


def recording_to_xarray(recording: Recording, u_unit: str) -> Any:
    xarray = need("xarray", "to_xarray", "xarray")
    rows = recording.filled
    values = {
        name: (("t", "neuron"), rows[name], {"units": unit})
        for name, unit in (("v", "mV"), ("u", u_unit))
    }
    return xarray.Dataset(values, {"t": ("t", rows.t, {"units": "ms"}), "neuron": rows.neurons})


def result_to_xarray(result: Result) -> Any:
    xarray = need("xarray", "to_xarray", "xarray")
    values = {
        name: ("t", getattr(result, name), {"units": unit})
        for name, unit in (("v", "mV"), ("u", result.unit), ("I", result.unit))
    }
    about = {"title": result.title, "spikes": result.spikes}
    return xarray.Dataset(values, {"t": ("t", result.t, {"units": "ms"})}, about)


# ---- SONATA ----

# What /spikes/POPULATION's attribute "sorting" may be, an HDF5 enumeration, by SONATA's guide.
_SORTING = {"none": 0, "by_id": 1, "by_time": 2}
# By which its readers know a file: attributes of the root.
_MAGIC, _VERSION = 0x0A7A, (0, 1)


def to_sonata(spikes: Spikes, path: Any, population: str, mode: str) -> None:
    h5py = need("h5py", "to_sonata", "h5py")
    if mode not in ("w", "a"):
        raise InvalidError(f"mode = {shown(mode)!r} is none of w, a")
    if not population or "/" in population or population == ".":
        raise InvalidError(f"population = {shown(population)!r} is no name")
    order = np.argsort(spikes["t"], kind="stable")
    with h5py.File(path, mode) as file:
        if f"spikes/{population}" in file:
            raise InvalidError(f"population = {shown(population)!r} is in {path} already")
        file.attrs.create("magic", _MAGIC, dtype="u4")
        file.attrs.create("version", _VERSION, dtype="u4")
        group = file.create_group(f"spikes/{population}")
        kind = h5py.enum_dtype(_SORTING, basetype="u1")
        group.attrs.create("sorting", _SORTING["by_time"], dtype=kind)
        times = group.create_dataset("timestamps", data=spikes["t"][order])
        times.attrs["units"] = "ms"
        group.create_dataset("node_ids", data=spikes["i"][order].astype(np.uint64))
