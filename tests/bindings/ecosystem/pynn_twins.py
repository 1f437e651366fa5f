"""The same network by izh.pynn and by izh.Network: excitatory and inhibitory cells with synapses that give currents
or conductances, currents of their own and Poisson input. For test_pynn.py and tests/bench/bench_pynn.py."""
import numpy as np

import izh
import izh.pynn as sim

DT = .1
KINDS = {  # weights by PyNN's units, receptors by libizh's
    'curr_exp': (dict(e=1.2e-4, i=-5e-4, x=1e-3), dict(e=izh.current(5), i=izh.current(6))),
    'cond_exp': (dict(e=2e-6, i=8e-6, x=5e-5), dict(e=izh.conductance(5, E=0), i=izh.conductance(6, E=-80))),
}
ROLES = {'e': 'excitatory', 'i': 'inhibitory', 'x': 'excitatory'}


def parts(n, p):
    """The groups of synapses: their name, the first source, how many sources there are, and pairs."""
    n_e, n_x = n * 4 // 5, n // 10
    for seed, (name, first, size) in enumerate((('e', 0, n_e), ('i', n_e, n - n_e), ('x', n, n_x))):
        yield name, first, size, izh.pairwise(size, n, p, seed=seed)


def cells_of(n):
    n_e = n * 4 // 5
    current = np.random.default_rng(4).uniform(.002, .006, n)
    return current, {'a': np.r_[[.02] * n_e, [.1] * (n - n_e)], 'd': np.r_[[8.] * n_e, [2.] * (n - n_e)]}


def scaled(weight, n):
    """So that larger networks, in which each cell has more synapses, get the same."""
    return weight * 1000 / n


def by_pynn(n, kind, p=.1):
    """The cells; `sim.run` runs them."""
    sim.setup(timestep=DT, rng_seed=11)
    current, values = cells_of(n)
    cell = getattr(sim, f'Izhikevich_{kind}')
    others = dict(e_rev_E=0., e_rev_I=-80.) if kind == 'cond_exp' else {}
    cells = sim.Population(n, cell(i_offset=current, tau_syn_E=5., tau_syn_I=6., **values, **others))
    cells.initialize(v=-65., u=-13.)
    stimuli = sim.Population(n // 10, sim.SpikeSourcePoisson(rate=30.))
    for name, first, size, pairs in parts(n, p):
        sim.Projection(stimuli if first == n else cells[first:first + size], cells,
                       sim.FromListConnector(np.column_stack(pairs)),
                       sim.StaticSynapse(weight=scaled(KINDS[kind][0][name], n), delay=1.5),
                       receptor_type=ROLES[name])
    return cells


def by_hand(n, kind, p=.1):
    """The network. A receptor's range is 1 where all its weights are below 1, as docs/networks.md advises."""
    current, values = cells_of(n)
    weights, receptors = KINDS[kind]
    weights = {name: 1000 * scaled(weight, n) for name, weight in weights.items()}
    largest = {'e': max(weights['e'], weights['x']), 'i': abs(weights['i'])}
    receptors = {name: law._replace(range=1 if largest[name] < 1 else 1024) for name, law in receptors.items()}
    net = izh.Network(n, dt=DT, seed=11, sources=n // 10, receptors=receptors)
    net.neurons.set_params({'b': .2, 'c': -65, **values})
    net.neurons.set_state([-65.] * n, [-13.] * n)
    net.neurons.set_current(current * 1000)
    for name, first, _, (source, target) in parts(n, p):
        net.connect(source + first, target, weights[name], 1.5, 'e' if name == 'x' else name)
    net.set_rates(30)
    return net
