"""Fits a neuron to recordings in files: izh.fit from the command line.

    fit.py step1.csv step2.csv --fix C=100 vr=-60 vt=-40 vpeak=35 --free k=.4:1.2 a=.01:.1 b=-4:4 c=-60:-45 d=50:200

Each file is a sweep; of a file that Neo reads (python3-neo) each segment is one. A CSV file has a header and the columns
t (ms), I (pA) and v (mV). The neuron spikes where v rises through --threshold, which should be near vpeak. In place of v
there may be a column `spike`, which is 1 in the rows whose t is the time of a spike, and 0 in all others. In Neo's files
the first signal in volts is v, and the first in amperes is I.
"""

import argparse
import pathlib
import sys
from typing import Any, Dict, List, Tuple

import numpy as np

import izh


def crossings(t: Any, v: Any, threshold: float) -> Any:
    """Where v rises through the threshold, between the samples."""
    k = np.flatnonzero((v[:-1] < threshold) & (v[1:] >= threshold))
    return t[k] + (threshold - v[k]) / (v[k + 1] - v[k]) * (t[k + 1] - t[k])


def changes(t: Any, I: Any) -> Tuple[Any, Any]:
    """A current without the samples that repeat the one before."""
    kept = np.flatnonzero(np.diff(I, prepend=np.nan) != 0)
    return t[kept], I[kept]


def sweep_of(t: Any, I: Any, spikes: Any) -> izh.Sweep:
    """A recording from its first sample to its last."""
    return izh.Sweep(changes(t - t[0], I), spikes - t[0], float(t[-1] - t[0]))


def sweep_of_csv(path: pathlib.Path, threshold: float) -> izh.Sweep:
    table: Any = np.genfromtxt(path, delimiter=",", names=True)
    columns = set(table.dtype.names or ())
    if not {"t", "I"} <= columns or not columns & {"v", "spike"} or table.size < 2:
        raise SystemExit(f"{path}: needs rows with the columns t, I and v or spike, not {sorted(columns)}")
    t = table["t"]
    found = t[table["spike"] != 0] if "spike" in columns else crossings(t, table["v"], threshold)
    return sweep_of(t, table["I"], found)


def sweeps_of_neo(path: pathlib.Path, threshold: float) -> List[izh.Sweep]:
    try:
        import neo
    except ImportError:
        raise SystemExit(f"{path}: no CSV; for other files install Neo (python3-neo)") from None
    found = []
    for segment in neo.io.get_io(str(path)).read_block().segments:
        both: Dict[str, Any] = {}
        for signal in segment.analogsignals:
            for unit in "mV", "pA":
                if signal.units.simplified.dimensionality == neo_unit(unit):
                    both.setdefault(unit, signal)
        if len(both) < 2:
            raise SystemExit(f"{path}: a segment has no signal in volts or none in amperes")
        v, I = (both[unit].rescale(unit).magnitude[:, 0] for unit in ("mV", "pA"))
        t = both["mV"].times.rescale("ms").magnitude
        found.append(sweep_of(t, I, crossings(t, v, threshold)))
    return found


def neo_unit(unit: str) -> Any:
    import quantities

    return quantities.Quantity(1, unit).simplified.dimensionality


def number_of(text: str) -> Tuple[str, float]:
    name, value = text.split("=")
    return name, float(value)


def range_of(text: str) -> Tuple[str, Tuple[float, float]]:
    name, ends = text.split("=")
    low, high = ends.split(":")
    return name, (float(low), float(high))


def arguments() -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--form", type=int, default=2007, help="2003 or 2007 (default)")
    parser.add_argument("--fix", nargs="+", type=number_of, default=[], metavar="NAME=VALUE")
    parser.add_argument("--free", nargs="+", type=range_of, required=True, metavar="NAME=LOW:HIGH")
    parser.add_argument("--initial", nargs=2, type=float, metavar=("V", "U"),
                        help="the state at the start; default: at rest")  # fmt: skip
    parser.add_argument("--sigma", type=float, help="standard deviation of the spikes' times, ms")
    parser.add_argument("--threshold", type=float, default=0.0, help="of v, mV; default 0")
    parser.add_argument("--plot", metavar="FILE", help="draws the spikes")
    return parser.parse_args()


def report(found: izh.Fit) -> None:
    for name, value in found.values.items():
        error = f" +- {found.errors[name]:.2g}" if name in found.errors else "  fixed"
        print(f"{name:>6} {value:.9g}{error}")
    for k, score in enumerate(found.scores):
        print(
            f"sweep {k}: {score.recorded} spikes, fitted {score.fitted}, Gamma {score.gamma:.3f}, "
            f"rms {score.rms:.2g} ms"
        )
    print(found.message)


def main() -> int:
    given = arguments()
    sweeps: List[izh.Sweep] = []
    for path in given.files:
        if path.suffix == ".csv":
            sweeps.append(sweep_of_csv(path, given.threshold))
        else:
            sweeps.extend(sweeps_of_neo(path, given.threshold))
    try:
        found = izh.fit(
            sweeps, given.form, dict(given.fix), dict(given.free), given.initial, sigma=given.sigma
        )
    except izh.InvalidError as error:
        raise SystemExit(f"fit.py: {error}") from None
    report(found)
    if given.plot:
        import matplotlib

        matplotlib.use("agg")
        found.plot().savefig(given.plot, dpi=150)
    return 0 if found.success else 1


if __name__ == "__main__":
    sys.exit(main())
