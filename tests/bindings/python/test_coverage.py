"""The binding has all of the C API. It runs last: what the other tests called counts."""
import gc
import os
import pathlib
import re

import pytest

from izh import _c

SOURCE = pathlib.Path(os.environ['IZH_SOURCE'])


# For hosts in C and C++: no Python callback leaves the library by a jump, and errors are exceptions.
C_ONLY = {'izh_solver_abandon', 'izh_population_abandon', 'izh_solver_set_log', 'izh_population_set_log',
          'izh_pinn_set_log', 'izh_flow_set_log'}


def symbols():
    found = set()
    for header in (SOURCE / 'include' / 'izh').glob('*.h'):
        found |= set(re.findall(r'^IZH_API\s[^;(]*?(\w+)\(', header.read_text(), re.M))
    assert C_ONLY <= found
    return found - C_ONLY


def structs():
    names = set()
    for header in (SOURCE / 'include' / 'izh').glob('*.h'):
        names |= set(re.findall(r'^typedef struct (izh_\w+) \{', header.read_text(), re.M))
    return names


def test_every_symbol_has_a_prototype():
    assert len(symbols()) > 60
    assert symbols() - set(_c.PROTOTYPES) == set()
    assert set(_c.PROTOTYPES) <= symbols()


def test_every_struct_is_declared_and_has_a_size():
    assert len(structs()) > 20
    assert structs() - set(_c.STRUCTS) == set()
    for name in structs():
        assert _c.lib.real.izh_struct_size(name.encode()) > 0, name


def test_every_symbol_is_called(calls, request):
    if len({item.fspath for item in request.session.items}) < 5:
        pytest.skip('only after all other tests')
    at_import = {'izh_version', 'izh_struct_size', 'izh_isa_supported', 'izh_method_name'}
    assert symbols() - at_import - calls.called == set()


def test_nothing_leaks(calls):
    """Whatever the other tests made is gone, also where something was raised."""
    gc.collect()
    assert calls.alive == set()


def test_version_is_the_same_everywhere():
    version = re.search(r'__version__ = "(.*)"',
                        (SOURCE / 'bindings/python/izh/_version.py').read_text()).group(1)
    header = (SOURCE / 'include/izh/status.h').read_text()
    numbers = [re.search(rf'#define IZH_VERSION_{part} (\d+)', header).group(1)
               for part in ('MAJOR', 'MINOR', 'PATCH')]
    assert version == '.'.join(numbers)
    assert f"version: '{version}'" in (SOURCE / 'meson.build').read_text()


def test_every_status_has_an_error():
    from izh import errors
    header = (SOURCE / 'include/izh/status.h').read_text()
    for name, value in re.findall(r'#define (IZH_E_\w+) \((-\d+)\)', header):
        error = errors.error_of(int(value))
        assert type(error) is not errors.IzhError and error.status_name == name
    for name, value in re.findall(r'^#define (IZH_\w+) \(?(-?\d+)\)?(?: *(?:/\*.*)?)$', header, re.M):
        if name.startswith(('IZH_E_', 'IZH_OK', 'IZH_STOPPED', 'IZH_PAUSED', 'IZH_NO_REST')):
            assert getattr(_c, name[4:]) == int(value)
