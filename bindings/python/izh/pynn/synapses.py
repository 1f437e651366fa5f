"""Synapses: static ones, short-term plasticity and STDP. Weights and times keep PyNN's units."""

from __future__ import annotations

from typing import Any

from pyNN.standardmodels import ModelNotAvailable, build_translations, synapses

from . import simulator


def _same(*names: str) -> Any:
    return build_translations(*((name, name) for name in names))


class _Delayed:
    """A delay that is not given is the least one."""

    def _get_minimum_delay(self) -> float:
        return simulator.state.default_delay


class StaticSynapse(_Delayed, synapses.StaticSynapse):
    __doc__ = synapses.StaticSynapse.__doc__
    translations = _same("weight", "delay")


class TsodyksMarkramSynapse(_Delayed, synapses.TsodyksMarkramSynapse):
    __doc__ = synapses.TsodyksMarkramSynapse.__doc__
    translations = _same("weight", "delay", "U", "tau_rec", "tau_facil")


class STDPMechanism(_Delayed, synapses.STDPMechanism):
    __doc__ = synapses.STDPMechanism.__doc__
    base_translations = _same("weight", "delay", "dendritic_delay_fraction")

    def __init__(
        self,
        timing_dependence: Any = None,
        weight_dependence: Any = None,
        voltage_dependence: Any = None,
        dendritic_delay_fraction: float = 1.0,
        weight: Any = 0.0,
        delay: Any = None,
    ) -> None:
        if timing_dependence is None or weight_dependence is None:
            raise NotImplementedError(
                "libizh's STDP needs timing_dependence, a SpikePairRule, and weight_dependence, an "
                "AdditiveWeightDependence"
            )
        if voltage_dependence is not None:
            raise NotImplementedError("libizh has no STDP that depends on voltage")
        super().__init__(
            timing_dependence,
            weight_dependence,
            voltage_dependence,
            dendritic_delay_fraction,
            weight,
            delay,
        )


class SpikePairRule(synapses.SpikePairRule):
    __doc__ = synapses.SpikePairRule.__doc__
    translations = _same("tau_plus", "tau_minus", "A_plus", "A_minus")


class AdditiveWeightDependence(synapses.AdditiveWeightDependence):
    __doc__ = synapses.AdditiveWeightDependence.__doc__
    translations = _same("w_min", "w_max")


class _Missing(ModelNotAvailable):
    __doc__ = ModelNotAvailable.__doc__


class ElectricalSynapse(_Missing):
    pass


class SimpleStochasticSynapse(_Missing):
    pass


class StochasticTsodyksMarkramSynapse(_Missing):
    pass


class MultiQuantalSynapse(_Missing):
    pass


class MultiplicativeWeightDependence(_Missing):
    pass


class AdditivePotentiationMultiplicativeDepression(_Missing):
    pass


class GutigWeightDependence(_Missing):
    pass


class Vogels2011Rule(_Missing):
    pass
