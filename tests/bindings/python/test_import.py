"""A library that does not fit is an ImportError that names both sides."""
import ctypes
import os
import subprocess
import sys

import pytest

from izh import _c

FAKE = r'''
#include <stddef.h>
#include <stdint.h>
#include <string.h>
uint32_t izh_version(void) { return VERSION; }
size_t izh_struct_size(const char *name)
{
    SIZES
    return 0;
}
'''


def import_with(library, **more):
    done = subprocess.run([sys.executable, '-c', 'import izh; print(izh.library_path)'], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, 'IZH_LIBRARY': str(library), **more})
    return done.stdout.strip(), done.stderr.strip().splitlines()[-1:]


def fake(folder, version, functions='', **other_sizes):
    """A library with functions that do nothing, and structs of which some have other sizes."""
    sizes = {name: ctypes.sizeof(struct) for name, struct in _c.STRUCTS.items()}
    sizes.update(other_sizes)
    text = ' '.join(f'if (!strcmp(name, "{name}")) return {size};' for name, size in sizes.items())
    (folder / 'fake.c').write_text(FAKE.replace('SIZES', text) + functions)
    library = folder / f'libfake{version}.so'
    subprocess.run([*os.environ.get('CC', 'cc').split(), '-shared', '-fPIC', f'-DVERSION={version}',
                    '-o', library, folder / 'fake.c'], check=True,
                   env={k: v for k, v in os.environ.items() if k != 'LD_PRELOAD'})
    return library


def test_the_library_is_the_one_that_the_environment_names():
    path, error = import_with(os.environ['IZH_LIBRARY'])
    assert path == os.environ['IZH_LIBRARY'] and not error


def test_no_library(tmp_path):
    path, error = import_with(tmp_path / 'none.so')
    assert not path and 'none.so' in error[0]


def test_what_is_no_libizh():
    path, error = import_with('libc.so.6')
    assert not path and error[0].startswith('ImportError: libc.so.6 is no libizh')


def test_another_version(tmp_path):
    library = fake(tmp_path, 1003)
    path, error = import_with(library)
    assert not path and error[0].startswith(
        f'ImportError: this package, izh 0.2.0, cannot use libizh 0.1.3 ({library})')


def test_a_later_patch_is_not_refused_for_its_version(tmp_path):
    path, error = import_with(fake(tmp_path, 2007))
    assert not path and 'has no izh_status_name' in error[0]


def test_another_size(tmp_path):
    rest = [name for name in _c.PROTOTYPES if name not in ('izh_version', 'izh_struct_size')]
    library = fake(tmp_path, 2000, '\n'.join(f'void {name}(void) {{}}' for name in rest), izh_params=120)
    path, error = import_with(library)
    assert not path
    assert error == [f'ImportError: izh_params has 120 bytes in libizh 0.2.0 ({library}), '
                     f'and 128 in this package, izh 0.2.0']
