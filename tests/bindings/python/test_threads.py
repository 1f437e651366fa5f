"""An object is one thread's at a time; calls release the GIL."""
import threading
import time

import pytest

import izh


def in_thread(call):
    """What a call raises in another thread."""
    said = []

    def body():
        try:
            said.append(call())
        except BaseException as error:
            said.append(error)
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    return said[0]


def test_another_thread_gets_an_error(solver):
    said = []
    solver.on_spike(lambda event: said.extend(
        in_thread(call) for call in (lambda: solver.state, lambda: solver.run(200), solver.close,
                                     lambda: solver.set_current(1), solver.save)))
    assert solver.run(10)
    assert len(said) == 5 and all(isinstance(x, izh.BusyError) for x in said)
    assert all(isinstance(x, RuntimeError) and 'another thread' in str(x) for x in said)
    assert in_thread(lambda: solver.time) == 10


def test_a_population_too():
    population, said = izh.Population(10), []
    population.on_current(lambda t, first, count: said.append(
        (in_thread(lambda: population.run(9)), in_thread(lambda: population.hash))) and None)
    population.run(.2)
    assert len(said) == 2 and all(isinstance(x, izh.BusyError) for pair in said for x in pair)


def test_a_second_init_is_refused_while_another_thread_runs_it(rs):
    """It would destroy the C object under that thread."""
    for thing, again in ((izh.Solver(rs, 'euler', dt=1e-4), (rs,)), (izh.Population(2000), (3,))):
        started, said = threading.Event(), []

        def body():
            started.set()
            for t in range(1, 10**6):
                thing.run(thing.dt * t if isinstance(thing, izh.Population) else t)
                if said:
                    return
        thread = threading.Thread(target=body)
        thread.start()
        started.wait()
        while not said:
            try:
                thing.__init__(*again)
            except izh.BusyError as error:
                said.append(error)
        thread.join()
        assert 'another thread' in str(said[0])


def test_a_second_init_is_refused_in_a_callback(solver, rs):
    said = []

    def again(event):
        with pytest.raises(izh.BusyError) as caught:
            solver.__init__(rs)
        said.append(caught.value)
    solver.on_spike(again)
    assert solver.run(30) and len(said) == 2


def test_a_second_init_makes_another(solver, rs):
    solver.on_spike(lambda event: 1 / 0)
    solver.__init__(rs, 'rk4', initial=(-65, -13))
    assert repr(solver) == '<izh.Solver: rk4 at 0 ms>' and solver.run(100)
    with pytest.raises(izh.InvalidError):
        solver.__init__(rs, dt=-1)
    assert solver.time == 100
    population = izh.Population(3)
    population.__init__(5, 'euler')
    assert len(population) == 5 and len(population.state()) == 5


def test_runs_release_the_gil():
    population = izh.Population(20000)
    population.set_current(10)
    ticks, done = [], threading.Event()

    def count():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(.001)
    thread = threading.Thread(target=count)
    thread.start()
    began = time.perf_counter()
    population.run(100)
    ended = time.perf_counter()
    done.set()
    thread.join()
    during = [t for t in ticks if began < t < ended]
    assert len(during) > 10 or ended - began < .03


def test_many_threads_many_objects(rs):
    """Each with its own solver, with callbacks; and all at one, where most are refused."""
    shared = izh.Solver(rs, initial=(-65, -13))
    states, refused = [], []

    def body():
        solver = izh.Solver(rs, initial=(-65, -13))
        solver.set_current(10)
        solver.on_spike(lambda event: None)
        for t in range(1, 200):
            solver.run(t)
            try:
                shared.kick(.001)
                shared.time
            except izh.BusyError:
                refused.append(t)
        states.append(solver.state)
    threads = [threading.Thread(target=body) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states) == 8 and len(set(states)) == 1


def test_messages_are_the_threads_own(rs):
    solver = izh.Solver(rs)
    with pytest.raises(ValueError) as mine:
        solver.run(-1)
    other = in_thread(lambda: izh.Solver(rs, dt=-3))
    assert 't_end' in str(mine.value) and 'dt = -3' in str(other)
