"""Every call of the library is counted, and every object followed to its end."""
import warnings

import pytest

import izh
from izh import _c

DESTROYED_BY = {'izh_solver_create': 'izh_solver_destroy',
                'izh_population_create': 'izh_population_destroy',
                'izh_network_create': 'izh_network_destroy'}
for kind in 'pinn', 'flow':
    for function in 'train', 'load', 'load_file':
        DESTROYED_BY[f'izh_{kind}_{function}'] = f'izh_{kind}_destroy'


class Counted:
    """A function of the library."""

    def __init__(self, library, name):
        self.function = getattr(library.real, name)
        self.library = library
        self.name = name

    def __call__(self, *arguments):
        self.library.called.add(self.name)
        if self.name in DESTROYED_BY.values():
            self.library.alive.remove((self.name, arguments[0]))
        result = self.function(*arguments)
        if self.name in DESTROYED_BY:
            pointer = arguments[0]._obj.value
            if pointer:
                self.library.alive.add((DESTROYED_BY[self.name], pointer))
        return result


class Library:
    """Stands for the library."""

    def __init__(self, real):
        self.real = real
        self.called = set()
        self.alive = set()
        self.functions = {}

    def __getattr__(self, name):
        if name not in self.functions:
            self.functions[name] = Counted(self, name)
        return self.functions[name]


library = Library(_c.lib)
_c.lib = library


@pytest.fixture
def calls():
    return library


@pytest.fixture
def rs():
    return izh.params_2003(.02, .2, -65, 8)


@pytest.fixture
def solver(rs):
    solver = izh.Solver(rs, initial=(-65, -13))
    solver.set_current(10)
    return solver


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: 'test_coverage' in item.nodeid)
    warnings.simplefilter('error')
