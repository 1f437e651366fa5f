import copy
import gc
import math
import os
import pathlib
import pickle
import re
import struct
import sys
import time

import numpy as np
import pytest

import izh
from izh import _population

SOURCE = pathlib.Path(os.environ['IZH_SOURCE'])

# ---- the same bits as from C ----


def params_of(i):
    """tests/support_population.c's neurons."""
    x = 1e-3 * (i % 97)
    if i % 7 == 0:
        return izh.params_2003(.02 + x, .2, -65, 8)
    if i % 7 == 1:
        return izh.params_2003(.1, .2 + x, -65, 2)
    if i % 7 == 2:
        return izh.params_2003(.02, .25, -50 - 10 * x, 2)
    if i % 7 == 3:
        return izh.params_2007(100 + 100 * x, .7, -60, -40, 35, .03, -2, -50, 100)
    if i % 7 == 4:
        fast = izh.params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0)
        return fast.replace(b_lo=0, b_hi=0, b3=.025 + x / 10)
    if i % 7 == 5:
        low = izh.params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20)
        return low.replace(vpeak_u=-.1, c_u=.04 + x / 10, u_max=670)
    relay = izh.params_2007(200, 1.6, -60, -50, 35, .01, 15, -60, 10)
    return relay.replace(vb=-65, b_hi=0, vpeak_u=.1, c_u=-.1)


MOST = (20, 20, 20, 300, 400, 500, 400)


def mixed(n, first, **options):
    population = izh.Population(n, first=first, **options)
    neurons = range(first, first + n)
    population.set_params([params_of(i) for i in neurons])
    population.set_state([-70 + .1 * (i % 113) for i in neurons],
                         [-13 if i % 7 < 3 else .3 * (i % 31) for i in neurons])
    population.set_current([MOST[i % 7] * (i % 53) / 52 for i in neurons])
    return population


def fnv(spikes):
    hashed = 0xcbf29ce484222325
    for t, i in spikes.tolist():
        for word in struct.unpack('<Q', struct.pack('<d', t))[0], i:
            hashed = (hashed ^ word) * 0x100000001b3 & 0xffffffffffffffff
    return hashed


def golden():
    text = (SOURCE / 'tests/methods.def').read_text()
    rows = re.findall(r'^POPULATION_BITS\(IZH_(\w+), IZH_F(\d\d), IZH_EVENTS_(\w+), '
                      r'0x(\w+), 0x(\w+), (\d+)\)$', text, re.M)
    assert len(rows) >= 26
    return rows


@pytest.mark.parametrize('method, bits, events, states, spikes, count', golden())
def test_golden_bits(method, bits, events, states, spikes, count):
    method = method.lower().replace('_', '-')
    population = mixed(139, 5, method=method, precision='f' + bits, events=events.lower(),
                       noise_sigma=5, seed=42)
    try:
        train = population.run(200 if population.dt == 1 else 200 * .1)
    except izh.IzhError as error:
        train = error.spikes
    assert (population.hash, fnv(train), len(train)) == (int(states, 16), int(spikes, 16),
                                                         int(count))


def test_threads_slices_and_pieces():
    whole = mixed(300, 0, noise_sigma=2, seed=7)
    spikes = whole.run(30)
    threaded = mixed(300, 0, noise_sigma=2, seed=7, threads=2, tile=128, block=19, isa='scalar')
    assert threaded.isa == 'scalar' and whole.isa in izh.isas
    pieces = [threaded.run(t) for t in (.1, .2, 7, 30)]
    assert np.array_equal(np.concatenate(pieces), spikes) and threaded.hash == whole.hash
    parts = [mixed(100, 100 * k, noise_sigma=2, seed=7) for k in range(3)]
    assert sum(len(part.run(30)) for part in parts) == len(spikes)
    assert sum(part.hash for part in parts) % 2**64 == whole.hash


def test_each_neuron_is_the_solver(rs):
    population = izh.Population(3, 'rk4')
    population.set_current([0, 5, 10.])
    population.run(50)
    solver = izh.Solver(rs, 'rk4', initial=(-65, -13))
    solver.set_current(10)
    solver.run(50)
    assert tuple(population.state()[2]) == solver.state


# ---- in and out ----


def test_spikes_are_one_array(rs):
    population = izh.Population(200, spike_capacity=16)
    population.set_current(np.linspace(10, 20, 200))
    spikes = population.run(200)
    assert spikes.dtype == izh.SPIKE and spikes.dtype.names == ('t', 'i') and len(spikes) > 1000
    order = np.lexsort((spikes['i'], spikes['t']))
    assert np.array_equal(order, np.arange(len(spikes))) and population.spikes is spikes
    assert len(population.run(200)) == len(population.spikes) == 0 and len(population) == population.n == 200


def test_spikes_outlive_the_population():
    population = izh.Population(100)
    population.set_current(10)
    spikes, kept = population.run(10), population.spikes.copy()
    population.run(50)
    population.close()
    gc.collect()
    assert len(kept) and np.array_equal(spikes, kept)


def test_states():
    population = izh.Population(5)
    assert population.state().tolist() == [(-65, -13)] * 5
    population.set_state(-60, -12)
    population.set_state([-50, -51], 0, first=1)
    population.set_state(-70., np.float32([1, 2]), first=3, count=2)
    assert population.state().tolist() == [(-60, -12), (-50, 0), (-51, 0), (-70, 1), (-70, 2)]
    out = np.empty(2, izh.STATE)
    assert population.state(first=2, out=out) is out and out['v'].tolist() == [-51, -70]
    population.set_state(out, first=0)
    assert population.state(count=2).tolist() == out.tolist()
    assert len(population.state(first=5)) == 0
    for bad in (np.empty(2), np.empty((2, 2), izh.STATE), [1, 2]):
        with pytest.raises(TypeError):
            population.state(out=bad)
        with pytest.raises(TypeError):
            population.set_state(bad)
    frozen = np.empty(4, izh.STATE)
    for bad in (frozen[::2], frozen[1:1 + 2].view()):
        if bad.flags.c_contiguous:
            bad.flags.writeable = False
        with pytest.raises(ValueError):
            population.state(out=bad)


def test_currents_are_read_where_they_are():
    population = izh.Population(1000)
    currents = np.linspace(0, 20, 1000)
    seen = []
    real = _population._c.lib.izh_population_set_current

    class Spy:
        def __call__(self, pointer, first, count, data, stride):
            seen.append(data)
            return real(pointer, first, count, data, stride)
    _population._c.lib.functions['izh_population_set_current'] = Spy()
    try:
        population.set_current(currents)
        population.set_current(currents[::-1])
    finally:
        _population._c.lib.functions['izh_population_set_current'] = real
    assert seen[0] == currents.ctypes.data and seen[1] != seen[0]
    for same in (currents.tolist(), currents.astype(np.float32), range(1000)):
        population.set_current(same)
    population.set_current(np.int64(3))
    population.set_current(currents[500:], first=500)


def test_params(rs):
    rng = np.random.default_rng(3)
    n = 50
    a, b, c, d = rng.random((4, n)) * [[.1], [.2], [-60], [8]] + [[.01], [.1], [-5], [1]]
    C, k, vr = 50 + 50 * rng.random(n), .5 + rng.random(n), -65 + 5 * rng.random(n)
    sevens = [izh.params_2007(C[i], k[i], vr[i], -40, 35, a[i], b[i], -70, d[i]) for i in range(n)]
    threes = [izh.params_2003(a[i], b[i], c[i], d[i]) for i in range(n)]
    for rows, dicts in ((threes, dict(a=a, b=b, c=c, d=d)),
                        (sevens, dict(C=C, k=k, vr=vr, vt=-40, vpeak=35, a=a, b=b, c=-70, d=d))):
        array = np.array([tuple(row) for row in rows], izh.PARAMS)
        fields = {name: array[name] for name in array.dtype.names}
        assert np.array_equal(_population._params(dicts), array)
        hashes = set()
        for params in (rows, dicts, array, fields, array[::-1][::-1]):
            population = izh.Population(n)
            population.set_params(params)
            population.set_current(20)
            population.run(20)
            hashes.add(population.hash)
        assert len(hashes) == 1
    population.set_params(rs)
    population.set_params({'a': .02, 'b': .2, 'c': -65, 'd': 8}, first=3)
    population.set_params([rs] * 2, first=48)


def test_wrong_params(rs):
    population = izh.Population(4)
    before = population.save()
    for bad in ({'a': 1}, {}, {'a': [1, 2], 'b': [1, 2, 3], 'c': 0, 'd': 0}, [rs] * 3,
                {'a': .02, 'b': math.nan, 'c': -65, 'd': 8},
                {'a': .02, 'b': .2, 'c': [[1]], 'd': 8},
                {'a': .02, 'b': .2, 'c': [-65, 31, -65, -65], 'd': 8}):
        with pytest.raises(ValueError):
            population.set_params(bad, count=4)
    for bad in ('RS', 3, [rs, None, 3, 4], np.zeros(4), None,
                {'a': .02, 'b': 'x', 'c': -65, 'd': 8}):
        with pytest.raises(TypeError):
            population.set_params(bad)
    assert population.save() == before


def test_wrong_input():
    for options in ({'n': -1}, {'n': 1 << 32}, {'threads': 1 << 20}, {'dt': -1}, {'t0': math.nan},
                    {'noise_sigma': -1}, {'seed': -1}, {'first': 1 << 64}, {'precision': 'f16'},
                    {'events': 'x'}, {'isa': 'mmx'}, {'method': 'x'}, {'spike_capacity': -1},
                    {'max_spikes_per_ms': .1}, {'max_steps_per_ms': .1}):
        with pytest.raises(ValueError):
            izh.Population(**{'n': 3, **options})
    for options in ({'n': 1.5}, {'n': 'x'}, {'n': None}, {'seed': .5}, {'precision': 32},
                    {'dt': None}):
        with pytest.raises(TypeError):
            izh.Population(**{'n': 3, **options})
    with pytest.raises(NotImplementedError):
        izh.Population(3, 'dopri5')
    population = izh.Population(4)
    for call in (lambda: population.set_current([1, 2, 3], count=4),
                 lambda: population.set_current([1] * 5), lambda: population.set_current([[1]] * 4),
                 lambda: population.set_current(math.nan), lambda: population.set_current(1, first=5),
                 lambda: population.set_current([1, 2, math.inf, 4]),
                 lambda: population.set_current([1, 2], first=3),
                 lambda: population.set_state(0, math.nan), lambda: population.set_state([1, 2, 3], [1, 2]),
                 lambda: population.state(count=5), lambda: population.state(first=-1),
                 lambda: population.run(.05), lambda: population.run(math.nan),
                 lambda: population.run(-1), lambda: population.run(1000.05),
                 lambda: population.run(math.inf), lambda: population.run(1e300),
                 lambda: population.record([4], 10), lambda: population.record([-1], 10),
                 lambda: population.record([1], 10, every=0), lambda: population.record([1], -1),
                 lambda: population.record([1], 10, every=1 << 32)):
        with pytest.raises(ValueError):
            call()
    for call in (lambda: population.set_current('x'), lambda: population.set_current(None),
                 lambda: population.set_current(np.zeros(4, complex)),
                 lambda: population.set_current(np.array([None] * 4)),
                 lambda: population.record([.5], 10), lambda: population.record('x', 10),
                 lambda: population.run('x'), lambda: population.load(3)):
        with pytest.raises(TypeError):
            call()
    assert population.time == 0 and 'x' not in repr(population)
    assert izh.Population(0).run(10).shape == (0,)


def test_what_is_wrong_with_a_record_or_an_end_is_named():
    population = izh.Population(10)
    for wrong, text in (([0, 10], 'neurons[1] = 10 is not in 0 ... 9'), (-1, 'neurons = -1')):
        with pytest.raises(izh.InvalidError) as caught:
            population.record(wrong, 10)
        assert text in str(caught.value)
    with pytest.raises(TypeError):
        population.record([[0, 1]], 10)
    population.run(5.7)
    for end, text in ((3, 'it is a time, not a duration'), (5.75, 'give the time now + k dt, or t0 + k dt')):
        with pytest.raises(izh.InvalidError) as caught:
            population.run(end)
        assert text in str(caught.value)
    population.run(population.time + .1)


def test_recorded_rows_are_at_multiples_after_now():
    population = izh.Population(1)
    population.run(.5)
    rows = population.record([0], 2, every=5)
    for end, row in (1, 0), (1.5, 1):
        population.run(end)
        assert rows[row, 0] == population.state()[0] and population.recorded == row + 1


def test_a_time_that_is_no_tick_runs_nothing():
    population = izh.Population(10)
    with pytest.raises(izh.InvalidError, match='t_end'):
        population.run(999.95)
    assert population.time == 0
    t = 0
    for _ in range(1000):
        t += .1
    with pytest.raises(izh.InvalidError):
        population.run(t)
    assert population.time == 0 and 't_end' in population.message
    population.run(population.dt * 1000)


# ---- runs ----


def test_recording():
    population = izh.Population(10)
    population.set_current(np.arange(10.))
    array = population.record([3, 7], 20, every=5)
    assert array.shape == (20, 2) and np.isnan(array['v']).all()
    population.run(4)
    assert population.recorded == 8
    assert np.isfinite(array['u'][:8]).all() and np.isnan(array['u'][8:]).all()
    assert array[7].tolist() == population.state()[[3, 7]].tolist()
    with pytest.raises(ValueError):
        array.resize((100, 2))
    with pytest.raises(ValueError):
        array.resize((100, 2), refcheck=False)
    kept = population.record([1], 1000)
    del kept
    gc.collect()
    population.run(50)
    population.record([], 0)
    population.close()
    assert np.isfinite(array['v'][:8]).all()


def test_a_function_gets_the_spikes():
    parts = []
    population, other = izh.Population(100), izh.Population(100)
    for p in population, other:
        p.set_current(np.linspace(5, 15, 100))
    population.on_spikes(parts.append)
    assert len(population.run(100)) == 0
    assert np.array_equal(np.concatenate(parts), other.run(100)) and len(parts[0])
    population.on_spikes(lambda spikes: izh.STOP)
    population.run(200)
    assert 100 < population.time < 200
    for wrong in (lambda spikes: 3), (lambda spikes: 1 / 0):
        population.on_spikes(wrong)
        with pytest.raises((TypeError, ZeroDivisionError)) as caught:
            population.run(400)
        assert len(caught.value.spikes) == 0
    population.on_spikes(None)
    assert len(population.run(400))


def test_a_function_gives_the_currents():
    asked = []

    def fn(t, first, count):
        asked.append((t, first, count))
        assert population.time == t
        return 10 * np.ones(count) if t < 10 else 0 if t < 11 else None
    population, other = izh.Population(4), izh.Population(4)
    population.on_current(fn)
    population.run(20)
    assert asked[0] == (0, 0, 4) and len(asked) == 200
    for t, I in (10, 10), (20, 0):
        other.set_current(I)
        other.run(t)
    assert population.hash == other.hash
    population.on_current(None)
    population.run(30)
    assert len(asked) == 200


@pytest.mark.parametrize('threads', [1, 3])
def test_currents_in_parallel(threads):
    population, other = (izh.Population(1000, threads=threads, tile=128) for _ in range(2))
    population.on_current(lambda t, first, count: (first + np.arange(count)) * .01, stepwise=False)
    other.set_current(np.arange(1000) * .01)
    assert np.array_equal(population.run(10), other.run(10)) and population.hash == other.hash
    population.on_current(lambda t, first, count: 1 / 0, stepwise=False)
    with pytest.raises(ZeroDivisionError):
        population.run(20)


def test_a_function_is_asked_once_a_tick():
    """Not once for 32 neurons, which took 10 to 27 times as long."""
    for threads, stepwise in (1, False), (2, False), (1, True):
        population, asked = izh.Population(1000, threads=threads), []
        population.on_current(lambda *about: asked.append(about), stepwise=stepwise)
        population.run(1)
        assert [(first, count) for _, first, count in asked] == [(0, 1000)] * 10


@pytest.mark.parametrize('answer, error', [
    ('x', TypeError), ([1, 2], ValueError), ([[1]] * 4, ValueError), (1j, TypeError)])
def test_wrong_currents(answer, error):
    population = izh.Population(4)
    population.on_current(lambda t, first, count: answer if t >= 1 else 0)
    with pytest.raises(error):
        population.run(20)
    assert population.time == pytest.approx(1.1)
    population.on_current(lambda t, first, count: math.nan)
    with pytest.raises(izh.DivergedError):
        population.run(20)


def test_busy_inside_a_callback(rs):
    population = izh.Population(4)

    def fn(t, first, count):
        for call in (lambda: population.run(30), population.close,
                     lambda: population.set_current(1), lambda: population.set_params(rs),
                     lambda: population.set_state(1, 1), lambda: population.on_spikes(None),
                     lambda: population.on_current(None), lambda: population.record([1], 1),
                     lambda: population.load(b'')):
            with pytest.raises(izh.BusyError):
                call()
        gc.collect()
        assert population.hash and population.state().shape == (4,)
    population.on_current(fn)
    population.run(1)
    assert population.time == 1


def test_trouble():
    population = izh.Population(5)
    population.set_current([10, 1e150, 10, 1e150, 10.])
    with pytest.raises(izh.DivergedError, match='neuron 1') as caught:
        population.run(100)
    assert isinstance(caught.value, ArithmeticError)
    assert population.time == 100 and population.trouble_count == 2
    assert population.troubles['i'].tolist() == [1, 3]
    assert set(caught.value.spikes['i']) == {0, 2, 4}
    assert len(population.run(200))
    population.set_current(10)
    population.set_state(-65, -13)
    population.run(300)
    assert population.trouble_count == 0 and len(population.troubles) == 0


def test_limit_of_steps():
    def run(**limit):
        population = izh.Population(2, 'taylor', dt=.25, **limit)
        population.set_current([0, 10])
        return population.run(30)
    assert len(run())
    with pytest.raises(izh.DivergedError, match='neuron 1'):
        run(max_steps_per_ms=2)


def test_long_runs_come_in_chunks():
    population, whole = izh.Population(20000), izh.Population(20000, block=1000)
    chunks = []
    run = _population._c.lib.izh_population_run

    class Spy:
        def __call__(self, pointer, end):
            chunks.append(end)
            return run(pointer, end)
    for p in population, whole:
        p.set_current(np.linspace(4, 8, 20000))
    _population._c.lib.functions['izh_population_run'] = Spy()
    try:
        spikes = population.run(100)
    finally:
        _population._c.lib.functions['izh_population_run'] = run
    assert len(set(chunks)) > 2 and chunks[0] == pytest.approx(6.4) and chunks[-1] == 100
    assert np.array_equal(whole.run(100), spikes) and whole.hash == population.hash


def test_control_c_is_heard_between_chunks():
    import _thread
    import threading
    population = izh.Population(20000)
    population.set_current(10)
    timer = threading.Timer(.3, _thread.interrupt_main)
    timer.start()
    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt) as caught:
        population.run(1e6)
    assert time.perf_counter() - began < 10 and population.time > 0
    assert caught.value.spikes['t'].max() <= population.time
    population.run(population.time + population.dt)


def test_progress(monkeypatch, capsys):
    shown = []

    class Bar:
        def __init__(self, total, **options):
            shown.append(total)

        def update(self, ms):
            shown.append(ms)

        def close(self):
            shown.append('closed')
    module = type(sys)('tqdm.auto')
    module.tqdm = Bar
    monkeypatch.setitem(sys.modules, 'tqdm', type(sys)('tqdm'))
    monkeypatch.setitem(sys.modules, 'tqdm.auto', module)
    izh.Population(1000).run(100, progress=True)
    assert shown[0] == 100 and shown[-1] == 'closed' and sum(shown[1:-1]) == pytest.approx(100)
    monkeypatch.setitem(sys.modules, 'tqdm.auto', None)
    izh.Population(10).run(100, progress=True)


# ---- life ----


def test_closed():
    with izh.Population(3) as population:
        population.run(1)
    for call in (lambda: population.run(1), lambda: population.state(), population.save,
                 lambda: population.hash, lambda: population.spikes, lambda: population.time,
                 lambda: population.set_current(1), lambda: population.set_state(1, 1),
                 lambda: population.on_spikes(print), lambda: population.on_current(print),
                 lambda: population.record([1], 1), lambda: population.troubles,
                 lambda: population.load(b''), lambda: population.isa, lambda: population.recorded,
                 lambda: population.message, lambda: population.dt, lambda: copy.copy(population),
                 lambda: population.trouble_count):
        with pytest.raises(ValueError, match='closed'):
            call()
    assert 'closed' in repr(population)


def test_collection_in_the_middle_of_a_run():
    holder = {'population': izh.Population(50)}
    holder['population'].set_current(10)

    def fn(spikes):
        holder.clear()
        gc.collect()
        izh.Population(5).run(1)
    holder['population'].on_spikes(fn)
    holder['population'].run(50)
    assert not holder


def test_a_child_runs_on_one_thread():
    population = izh.Population(10000, threads=2)
    population.set_current(10)
    population.run(1)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            population.run(20)
            os.write(write, population.hash.to_bytes(8, 'little'))
            population.close()
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    population.run(20)
    assert os.read(read, 8) == population.hash.to_bytes(8, 'little')
    os.close(read)
    os.close(write)


# ---- saving ----


@pytest.mark.parametrize('options', [{}, {'precision': 'f32'}, {'method': 'taylor'},
                                     {'threads': 2, 'noise_sigma': 3, 'seed': 5, 't0': 7.}])
def test_saved_is_resumed_bit_for_bit(options):
    population = mixed(100, 0, **options)
    population.set_params(izh.params_2003(.02, .2, -65, 8))
    t0 = options.get('t0', 0)
    population.run(t0 + 10)
    blob = population.save()
    others = [pickle.loads(pickle.dumps(population)), copy.copy(population),
              izh.Population(100, **options)]
    others[-1].load(blob)
    spikes = population.run(t0 + 30)
    for other in others:
        assert other.time == t0 + 10 and np.array_equal(other.run(t0 + 30), spikes)
        assert other.hash == population.hash and other.save() == population.save()


def test_a_blob_of_another_tick():
    population, other = izh.Population(1000, dt=.25, t0=3), izh.Population(1000)
    population.run(5)
    other.load(population.save())
    assert (other.dt, other.time) == (.25, 5)
    other.run(1000.25)
    with pytest.raises(ValueError):
        other.run(2000.1)


def test_bad_blobs():
    population = izh.Population(3)
    blob = population.save()
    for bad in blob[:-1], b'', b'x' * 500:
        with pytest.raises(izh.FormatError):
            population.load(bad)
    with pytest.raises(izh.InvalidError):
        izh.Population(4).load(blob)
    population.on_spikes(print)
    with pytest.warns(UserWarning, match='functions'):
        pickle.dumps(population)
