"""What a newcomer gets wrong is an error that says what to do; objects print what they are."""
import math
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

import izh
import izh.neuroml
from izh import _c
from izh._arrays import shown


def fails(text, call, kind=izh.InvalidError):
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value)
    return caught.value


# ---- lengths and ranges ----


def test_an_array_without_a_range_is_for_all(rs):
    population = izh.Population(10)
    fails('3 currents for 10 neurons: give count=3', lambda: population.set_current([1, 2, 3]))
    fails('3 params for 10 neurons: give count=3', lambda: population.set_params([rs] * 3))
    fails('2 states for 10 neurons', lambda: population.set_state([-60, -61], [0, 0]))
    fails('2 states for 10 neurons', lambda: population.set_state(population.state(count=2)))
    error = fails('11 currents for 10 neurons', lambda: population.set_current(np.zeros(11)))
    assert 'count' not in str(error)
    population.set_current([1, 2, 3], count=3)
    population.set_current([1, 2, 3], first=7)
    fails('first = 20, but n = 10', lambda: population.set_current([1], first=20))
    fails('first = 8 and count = 3, but n = 10', lambda: population.set_current([1] * 3, first=8))
    fails('4 currents for 5 neurons', lambda: population.set_current([1] * 4, count=5))


def test_lengths_of_columns(rs):
    population = izh.Population(3)
    fails('v has 3 values, u has 2', lambda: population.set_state([1, 2, 3], [1, 2]))
    fails("several lengths: {'a': 1, 'b': 2}",
          lambda: population.set_params({'a': [1], 'b': [1, 2], 'c': 0, 'd': 0}))
    for wrong in .02, 'RS', None, [], izh.presets['2004-A']:
        fails('izh.params_2003(.02', lambda: population.set_params(wrong), TypeError)


# ---- what is no value ----


def test_masked_arrays_are_refused(rs, solver):
    masked = np.ma.masked_array([1., 2, 3], [False, True, False])
    population = izh.Population(3)
    states = np.ma.masked_array(population.state())
    params = np.ma.masked_array(np.array([tuple(rs)] * 3, izh.PARAMS))
    for call in (lambda: population.set_current(masked), lambda: population.set_state(masked, 0),
                 lambda: population.set_state(states), lambda: population.set_params(params),
                 lambda: population.set_params(dict(a=masked, b=.2, c=-65, d=8)),
                 lambda: solver.sample(masked), lambda: solver.set_current(np.ma.masked),
                 lambda: solver.set_stimulus(np.ma.masked_array([[1., 2]])),
                 lambda: solver.set_stimulus(masked, [1, 2, 3])):
        fails('masked', call, TypeError)


@pytest.mark.parametrize('wrong', [3, 'fn', [print], (10, 0)])
def test_what_cannot_be_called(rs, solver, wrong):
    population = izh.Population(3)
    for name, call in (('on_spike', solver.on_spike), ('on_stimulus', solver.on_stimulus),
                       ('on_spikes', population.on_spikes), ('on_current', population.on_current),
                       ('progress', lambda fn: izh.pinn.train(rs, 1, progress=fn))):
        fails(f'{name} needs a function or None', lambda: call(wrong), TypeError)
    assert solver.run(10) and len(population.run(1)) == 0


def test_a_function_is_no_current(rs, solver):
    for call in (lambda: izh.simulate(rs, lambda t: 10, 10), lambda: solver.set_current(math.sin)):
        fails('Solver.on_stimulus', call, TypeError)
    fails('on_current', lambda: izh.Population(3).set_current(math.sin), TypeError)


def test_samples_are_no_pieces(rs, solver):
    for call in (lambda: izh.simulate(rs, np.ones(100), 10), lambda: solver.set_stimulus([1, 2])):
        fails('for samples: np.column_stack([t, I])', call)


def test_zero_is_no_step(rs):
    fails('every = 0', lambda: izh.simulate(rs, 10, 10, every=0))
    error = fails('dt', lambda: izh.simulate(rs, 10, 10, dt=-1))
    assert 'every' not in str(error)


def test_a_flow_is_for_one_method():
    neuron = izh.presets['2007-RS'].params
    flow = izh.pinn.train_flow(neuron, -20, 120, units=16, points=400)
    for method in 'taylor', 'rk4':
        fails("flow is for the method 'pinn'", lambda: izh.Solver(neuron, method, flow=flow))
    assert repr(flow).startswith('<izh.pinn.Flow: 16 units, currents -20 to 120, steps to ')
    assert izh.Solver(neuron, 'pinn', flow=flow).run(1)


# ---- presets, methods, parameters ----


def test_presets_are_no_parameters(rs):
    error = fails("no preset '2004-Z'; see list(izh.presets)", lambda: izh.presets['2004-Z'])
    assert isinstance(error, izh.PresetError) and isinstance(error, KeyError) and str(error)[0] != '"'
    fails("izh.presets['2004-A'].solver()", lambda: izh.Solver('2004-A'), TypeError)
    fails('preset.solver() or preset.params', lambda: izh.Solver(izh.presets['2004-A']), TypeError)
    fails('no b: b is b_lo and b_hi', lambda: izh.presets['2007-FS'].params.replace(b=.25), TypeError)


def test_methods_that_have_populations():
    error = fails('these have: euler, ', lambda: izh.Population(3, 'dopri5'), izh.UnsupportedError)
    assert 'midpoint' in str(error) and 'dopri5,' not in str(error) and 'genn' not in str(error)


def test_loading_of_another_kind_names_both(rs):
    blob = izh.Solver(rs, 'rk4').save()
    fails('method rk4 and exact events; the solver has taylor and exact',
          lambda: izh.Solver(rs).load(blob))
    grid = izh.Population(3, 'euler', events='grid', precision='f32').save()
    fails('the blob has n = 3, method euler, f32, grid events; the population n = 4, method midpoint, '
          'f64, exact events', lambda: izh.Population(4).load(grid))


@pytest.mark.parametrize('field, value, says', [
    ('C', -1, 'C = -1 must be > 0'), ('k', math.inf, 'k = inf'), ('vr', math.nan, 'vr'),
    ('vt', math.nan, 'k (vr + vt)'), ('b', math.nan, 'b = nan must be'), ('c', 35, 'c = 35 must be ')])
def test_parameters_have_the_names_that_the_caller_wrote(field, value, says):
    given = dict(C=100, k=.7, vr=-60, vt=-40, vpeak=35, a=.03, b=-2, c=-50, d=100)
    for call in (lambda: izh.params_2007(**{**given, field: value}),
                 lambda: izh.Params.from_2007(**{**given, field: value}),
                 lambda: izh.params_2007(**given).replace(**{field: value}),
                 lambda: izh.Population(2).set_params({**given, field: value}),
                 lambda: izh.Population(2).set_params({**given, field: [given[field], value]})):
        error = fails(says, call)
        for other in 'params.', 'cm', 'k2', 'k0 ', 'vb', 'b_lo':
            assert other not in str(error)


def test_the_other_forms_have_names_too(rs):
    fails('b = nan must be', lambda: izh.params_2003(.02, math.nan, -65, 8))
    fails('b = nan must be', lambda: izh.Population(2).set_params(dict(a=1, b=math.nan, c=-65, d=0)))
    fails('neuron 1: b = inf must be', lambda: izh.Population(2).set_params(
        dict(a=1, b=[0, math.inf], c=-65, d=0)))
    assert str(fails('', lambda: rs.replace(cm=-1))).startswith('cm = -1 must be')


def test_events_have_their_words(rs):
    error = fails('events = "grid": taylor', lambda: izh.Solver(rs, events='grid'),
                  izh.UnsupportedError)
    assert 'IZH_' not in str(error)
    fails('events = "exact": figure1', lambda: izh.Solver(rs, 'figure1'), izh.UnsupportedError)
    fails('events = "grid": taylor', lambda: izh.Population(2, 'taylor', events='grid'),
          izh.UnsupportedError)


# ---- units ----


def has_unit(base, name, unit):
    """Such as a package of units has them: a number or an array, and an attribute."""
    return type('Quantity', (base,), {name: unit})


def quantities(x):
    """As Brian2, quantities, pint, astropy and unyt have them."""
    for name, unit in (('dimensions', 'A'), ('dimensionality', 'nA'), ('units', '1 nA (nanoampere)'),
                       ('unit', 'nA'), ('units', 'nanoampere')):
        if np.ndim(x) == 0:
            yield has_unit(float, name, unit)(x)
        yield np.asarray(x, float).view(has_unit(np.ndarray, name, unit))


def refuse(call, *says):
    error = fails('has a unit (', call, TypeError)
    assert all(text in str(error) for text in says), str(error)


def test_units_are_refused_everywhere(rs, solver):
    population = izh.Population(2)
    trajectory = izh.pinn.train(rs, 1)
    for q in quantities(.1):
        for name in 'dt', 't0', 'rtol', 'atol', 'max_spikes_per_ms':
            refuse(lambda: izh.Solver(rs, **{name: q}), name)
        for name in 'dt', 't0', 'noise_sigma', 'max_spikes_per_ms':
            refuse(lambda: izh.Population(2, **{name: q}), name)
        for name in 't0', 'tolerance', 'longest':
            refuse(lambda: izh.pinn.train(rs, 1, **{name: q}), name)
        for name in 'slope', 'v_lo', 'u_lo', 'u_hi':
            refuse(lambda: izh.pinn.train_flow(rs, -20, 20, **{name: q}), name)
        for k in range(4):
            given = [.02, .2, -65, 8]
            given[k] = q
            refuse(lambda: izh.params_2003(*given), ('1/ms', '1/ms', 'mV', 'mV/ms')[k])
            refuse(lambda: population.set_params(dict(zip('abcd', given))))
        for name in izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100).as_2007():
            given = dict(C=100, k=.7, vr=-60, vt=-40, vpeak=35, a=.03, b=-2, c=-50, d=100)
            refuse(lambda: izh.params_2007(**{**given, name: q}), name)
        for name, _ in izh.Params._fields_ if '_fields_' in vars(izh.Params) else _c.izh_params._fields_:
            refuse(lambda: rs.replace(**{name: q}), name)
        for pair in (q, 0), (0, q), [0, q]:
            refuse(lambda: izh.Solver(rs, initial=pair), 'mV' if pair[0] is q else 'pA')
            refuse(lambda: izh.simulate(rs, 0, 1, initial=pair))
            refuse(lambda: solver.set_state(*pair))
            refuse(lambda: population.set_state(*pair))
            refuse(lambda: solver.kick(*pair))
            refuse(lambda: solver.set_stimulus([pair]), 'ms and pA')
            refuse(lambda: solver.set_stimulus(*np.array([[0.], [1]]), [q]), 'slope')
            refuse(lambda: solver.set_stimulus([pair[0]], [pair[1]]))
        refuse(lambda: izh.pinn.train(rs, q), 't_end', 'ms')
        refuse(lambda: izh.pinn.Network(shortest=q)._to_c(), 'ms')
        refuse(lambda: izh.pinn.train_flow(rs, q, 20), 'I_lo', 'pA')
        refuse(lambda: solver.set_current(q), 'in pA')
        refuse(lambda: solver.run(q), 't_end', 'in ms')
        refuse(lambda: solver.sample([0, q]), 'times', 'in ms')
        refuse(lambda: trajectory.eval([q]), 'in ms')
        refuse(lambda: population.set_current(q), 'in pA')
        refuse(lambda: population.set_current([0, q]), 'in pA')
        refuse(lambda: population.run(q), 'in ms')
        refuse(lambda: rs.rest(q), 'in pA')
        refuse(lambda: rs.U(q), 'in mV')
        refuse(lambda: rs.to_2007(q), 'in pF')
        refuse(lambda: izh.simulate(rs, q, 1), 'in pA')
        refuse(lambda: izh.simulate(rs, 1, q), 'in ms')
        refuse(lambda: izh.simulate(rs, 1, 1, every=q), 'in ms')
        solver.on_stimulus(lambda t, state: (0, q))
        refuse(lambda: solver.run(1), 'slope')
        solver.on_stimulus(lambda t, state: q)
        refuse(lambda: solver.run(1), 'in pA')
        population.on_current(lambda t, first, count: q)
        refuse(lambda: population.run(population.time + 1), 'in pA')
        population.on_current(None)
    for q in quantities([1., 2.]):
        for call in (population.set_current, lambda x: population.set_state(x, 0), solver.sample,
                     lambda x: solver.set_stimulus(x, [0, 0]), lambda x: solver.set_stimulus((x, x)),
                     lambda x: izh.simulate(rs, x, 1), lambda x: izh.simulate(rs, (x, x), 1),
                     lambda x: izh.Solver(rs, initial=x), population.set_state):
            refuse(lambda: call(q))
    for q in quantities([[1., 2.]]):
        refuse(lambda: solver.set_stimulus(q))


def test_what_has_no_unit_is_a_number(solver):
    for name, unit in (('dimensions', '1'), ('dimensionality', 'dimensionless'), ('unit', ''),
                       ('units', 'dimensionless'), ('units', '1 dimensionless'),
                       ('dimensions', ('time',)), ('units', lambda self: 'nA')):
        solver.set_current(has_unit(float, name, unit)(5.))
    with pytest.raises(TypeError, match='timedelta64'):
        solver.run(np.timedelta64(1, 's'))


def test_bytes_are_no_numbers(rs, solver):
    population = izh.Population(2)
    for wrong in b'ab', bytearray(b'ab'), memoryview(b'ab'), 'ab':
        for call in (population.set_current, lambda x: population.set_state(x, 0), solver.sample,
                     lambda x: solver.set_stimulus(x, [0, 1]), solver.set_stimulus,
                     lambda x: izh.simulate(rs, x, 1), lambda x: izh.Solver(rs, initial=x),
                     lambda x: population.record(x, 1)):
            with pytest.raises(TypeError):
                call(wrong)


# ---- attributes ----


@pytest.mark.parametrize('name, says', [
    ('I', 'set_current(I)'), ('v', 'set_state(v, u)'), ('state', 'set_state(v, u)'),
    ('params', 'set_params(params)'), ('a', 'set_params'), ('C', 'set_params'), ('dt', 'takes it'),
    ('time', 'run(t_end)'), ('x', 'no \'x\' to set')])
def test_an_attribute_names_the_method(rs, solver, name, says):
    class Mine(izh.Solver):
        pass

    for thing in solver, izh.Population(2), Mine(rs):
        if name == 'x' and isinstance(thing, Mine):
            thing.x = 3
        else:
            fails(says, lambda: setattr(thing, name, 3), AttributeError)
    fails('on_spike(function)', lambda: setattr(solver, 'on_spike', print), AttributeError)
    fails('on_current(function)', lambda: setattr(izh.Population(1), 'on_current', print),
          AttributeError)
    assert solver.run(30) and solver.statistics.spikes == 2


def test_a_subclass_may_have_it(rs):
    class Mine(izh.Solver):
        I = None

    mine = Mine(rs)
    mine.I = 3
    assert mine.I == 3


def test_no_class_takes_unknown_attributes(rs, solver):
    result = izh.simulate(rs, 0, 1)
    flow = izh.pinn.Flow.__new__(izh.pinn.Flow)  # with no map
    for thing in (rs, rs.rest(), solver, izh.Population(1), result, izh.presets, izh.presets['2004-A'],
                  izh.pinn.train(rs, 1), flow, izh.pinn.Network(), solver.statistics):
        with pytest.raises(AttributeError):
            thing.quite_unknown = 1
        assert not hasattr(thing, 'quite_unknown')


def test_numbers_of_numpy_are_shown_as_pythons_own(rs):
    """NumPy 2 shows them as np.float64(1.0) and np.str_('no')."""
    one, no = np.float64(1), np.str_('no')
    assert type(shown(one)) is float and type(shown((no,))[0]) is str
    fails("method = 'no' is none of", lambda: izh.Solver(rs, method=no))
    fails("no preset 'no';", lambda: izh.presets[no], izh.PresetError)
    fails("'no' is none of the form's", lambda: izh.fit([], fixed={no: one}))
    fails('duration = -1.0 must', lambda: rs.rheobase(-one))
    fails('tolerance = -1.0 must', lambda: rs.rheobase(one, tolerance=-one))
    fails('I = nan must be finite', lambda: rs.rest(np.float64('nan')))
    fails('a pair (v, u), not (1.0, 1.0, 1.0)', lambda: izh.Solver(rs, initial=(one,) * 3), TypeError)
    fails('tau), not [1.0]', lambda: izh.Population(1, noise_ou=[one]), TypeError)
    fails("('no', 1.0) is no name", lambda: izh.Solver(rs, gradients=[(no, one)]), TypeError)
    net = izh.Network(1, noise_sigma=one)
    fails('noise_sigma = 1.0: ', lambda: izh.neuroml.describe(net, 1), izh.UnsupportedError)


# ---- warnings ----


@pytest.mark.parametrize('field, value, says', [('k', 0, 'k = 0 is not'), ('k', -.7, 'k = -0.7 is not'),
                                                ('vr', -39, 'vr = -39 is above vt = -40'),
                                                ('a', -.3, 'a = -0.3 is negative')])
def test_what_is_suspicious_warns(field, value, says):
    given = dict(C=100, k=.7, vr=-60, vt=-40, vpeak=35, a=.03, b=-2, c=-50, d=100)
    izh.params_2007(**given)
    several = {**given, field: [given[field], value]}
    for call in (lambda: izh.params_2007(**{**given, field: value}),
                 lambda: izh.Population(2).set_params({**given, field: value}),
                 lambda: izh.Population(2).set_params(several)):
        with pytest.warns(izh.IzhWarning, match=says) as caught:
            call()
        assert len(caught) == 1 and caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        warnings.simplefilter('ignore', izh.IzhWarning)
        izh.params_2007(**{**given, field: value})


def test_unstable_steps_warn_once():
    rs = izh.params_2003(.02, .2, -65, 8)
    solver = izh.Solver(rs, 'midpoint', 1, (-70, -14))
    population = izh.Population(3, 'midpoint', dt=1, max_spikes_per_ms=50)
    solver.set_current(-100)
    population.set_current([0, 0, -1000])
    assert population.statistics[0] == 0 and population.statistics.unstable_t != population.statistics.unstable_t
    for call, says in ((lambda t: solver.run(t), 'midpoint at dt = 1 .* first at 0 ms'),
                       (lambda t: population.run(t), 'midpoint at dt = 1 .* first neuron 2 at 0 ms')):
        with pytest.warns(izh.StabilityWarning, match=says) as caught:
            call(10)
        assert len(caught) == 1 and caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            call(200)
    assert solver.statistics.spikes == 159  # the equations have none
    assert solver.statistics.unstable_steps > 100 and solver.statistics.unstable_t == 0
    assert population.statistics.unstable_i == 2 and population.statistics.unstable_steps > 100
    with pytest.warns(izh.StabilityWarning, match='euler at its default dt') as caught:
        result = izh.simulate(rs, -10000, 20, method='euler', initial=(-70, -14))
    assert len(caught) == 1 and caught[0].filename == __file__ and len(result.spikes) > 0
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert not len(izh.simulate(rs, -10000, 20, initial=(-70, -14)).spikes)
        warnings.simplefilter('ignore', izh.StabilityWarning)
        izh.simulate(rs, -10000, 20, method='euler', initial=(-70, -14))


def test_a_negative_a_that_runs_away_warns():
    with pytest.warns(izh.IzhWarning, match='params_2003: a = -0.09'):
        izh.params_2003(-.09, 1, -60, 8)
    for name in '2004-S', '2004-T':  # published with a < 0, and at rest without current
        assert izh.params_2003(*izh.presets[name].params.as_2003().values()) == izh.presets[name].params


# ---- answers of callbacks ----


@pytest.mark.parametrize('answer', [b'ab', 'ab', bytearray(b'ab'), memoryview(b'ab'), {1: 0, 2: 0},
                                    {-65, -13}, (1j, 0), (None, 0), ('1', 0), (1,), (1, 2, 3),
                                    iter((-65, -13)), -65, np.zeros((2, 2))], ids=repr)
def test_an_answer_is_two_real_numbers(rs, answer):
    solver = izh.Solver(rs, initial=(30, 0))
    solver.on_spike(lambda event: answer)
    with pytest.raises(TypeError, match='on_spike|v must be|u must be'):
        solver.run(1)


def test_answers_that_are_two_numbers(rs):
    for answer in (-65, -13), [-65, -13], np.array([-65., -13]), izh.State(-65, -13), \
            np.array((-65, -13), izh.STATE)[()]:
        solver = izh.Solver(rs, initial=(30, 0))
        solver.on_spike(lambda event: answer)
        solver.run(0)
        assert solver.state == (-65, -13)


def test_no_answer_is_no_current(rs):
    solver = izh.Solver(rs)
    solver.on_stimulus(lambda t, state: None)
    fails('izh.STOP, not None', lambda: solver.run(1), TypeError)


@pytest.mark.parametrize('answer, says', [
    ([0, 0, math.nan, 0], 'gave neuron 2 nan at t = 1'), (math.inf, 'gave all neurons inf at t = 1')])
def test_a_current_that_is_not_finite_is_named(answer, says):
    population = izh.Population(4)
    population.on_current(lambda t, first, count: answer if t == 1 else 0)
    fails(says, lambda: population.run(2), izh.DivergedError)
    population.on_current(None)
    population.set_state(-65, -13)
    population.set_current([1e150, 0, 0, 0])
    error = fails('neuron 0', lambda: population.run(3), izh.DivergedError)
    assert 'on_current' not in str(error)


# ---- classes ----


def test_wrong_values_are_all_of_one_class(rs, solver):
    population = izh.Population(3)
    solver_closed = izh.Solver(rs)
    solver_closed.close()
    for call in (lambda: izh.Solver(rs, events='Grid'), lambda: izh.Solver(rs, 'rk5'),
                 lambda: izh.Solver(rs, max_segments=-1), lambda: solver.set_stimulus([(1, 2, 3, 4)]),
                 lambda: population.record([4], 10), lambda: izh.simulate(rs, 1, -1),
                 lambda: solver.sample([[1]]), lambda: izh.Population(3, precision='f16'),
                 lambda: population.set_params({'a': 1}), lambda: solver_closed.run(1)):
        error = fails('', call)
        assert isinstance(error, ValueError) and error.status_name == 'IZH_E_INVALID'


# ---- printing ----


def test_objects_print_what_they_are(rs, solver):
    result = izh.simulate(rs, 10, 100, initial=(-65, -13))
    assert repr(result) == '<izh.Result: 3 spikes, 1001 samples>'
    solver.run(2.5)
    assert repr(solver) == '<izh.Solver: taylor at 2.5 ms>'
    population = izh.Population(10)
    assert repr(population) == '<izh.Population: 10 neurons, midpoint at 0 ms>'
    population.close()
    assert repr(population) == '<izh.Population: 10 neurons, midpoint, closed>'
    trajectory = izh.pinn.train(rs, 5, current=10, initial=(-65, -13))
    assert repr(trajectory).startswith('<izh.pinn.Trajectory: 1 spikes, ')
    assert repr(trajectory).endswith(' windows, to 5 ms>')
    assert repr(izh.presets['2004-A']) == '<izh.Preset 2004-A: tonic spiking>'


# ---- the library ----


def test_where_the_library_is_to_come_from():
    code = 'import ctypes\n' \
           'def no(*_): raise OSError("none")\n' \
           'ctypes.CDLL = no\n' \
           'import izh'
    environment = {k: v for k, v in os.environ.items() if k != 'IZH_LIBRARY'}
    done = subprocess.run([sys.executable, '-c', code], text=True, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert 'pip install ./bindings/python' in done.stdout and 'IZH_LIBRARY' in done.stdout
    assert 'dylib' not in done.stdout or sys.platform == 'darwin'


def test_a_callback_has_one_thunk(solver):
    thunks = set()
    for _ in range(3):
        solver.on_spike(lambda event: None)
        thunks.add(id(solver._thunks['spike']))
        solver.on_spike(None)
    assert len(thunks) == 1


def test_functions_change_inside_their_own_call(solver):
    said = []

    def first(event):
        solver.on_spike(second)
        said.append(1)

    def second(event):
        solver.on_spike(None)
        said.append(2)
    solver.on_spike(first)
    assert solver.run(200) and said == [1, 2]


# ---- pictures ----


def test_a_current_is_drawn_by_its_corners(rs):
    from izh import _plot
    result = izh.simulate(rs, [(5, 0, .5), (60, -3, 0), (80, 10, 0), (500, 1, 0)], 120, every=7)
    t, I = _plot.corners(result)
    assert t.tolist() == [0, 5, 5, 60, 60, 80, 80, 120]
    assert I.tolist() == [0, 0, 0, 27.5, -3, -3, 10, 10]
    t, I = _plot.corners(izh.simulate(rs, [(-10, 1, 1)], 5))
    assert t.tolist() == [0, 5] and I.tolist() == [11, 16]
    fails('all (t, I) or all (t, I, slope)', lambda: izh.simulate(rs, [(0, 1), (1, 2, 3)], 5))


def test_a_picture_has_units_zero_and_no_warnings(rs, recwarn):
    pytest.importorskip('matplotlib').use('agg')
    import matplotlib.pyplot as plt
    for neuron, unit in (rs, 'mV/ms'), (izh.presets['2007-RS'].params, 'pA'):
        figure = izh.simulate(neuron, 300, 50).plot()
        labels = [axes.get_ylabel() for axes in figure.axes]
        assert labels == ['v (mV)', f'u ({unit})', f'I ({unit})']
        assert all(axes.yaxis.label.get_rotation() == 0 for axes in figure.axes)
        assert figure.axes[2].get_ylim()[0] <= 0 < 300 < figure.axes[2].get_ylim()[1]
    izh.simulate(rs, 10, 0).plot().canvas.draw()
    axes = plt.figure().add_subplot()
    izh.simulate('2004-A').plot(axes)
    assert not axes.spines['top'].get_visible() and axes.get_xlim()[0] == 0
    assert axes.get_title(loc='left') == '2004-A: tonic spiking'
    plt.close('all')
    assert not recwarn.list
