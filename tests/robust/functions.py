"""The public functions by their marks in the headers, as a C header: each symbol of the map is REALTIME,
ALLOCATES or RELEASES, or REALTIME up to some size and ALLOCATES beyond. Usage: functions.py MAP HEADERS"""
import pathlib
import re
import sys


def marks(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).glob('*.h')):
        for before, name in re.findall(r'^IZH_API\s([^;(]*?)(\w+)\(', path.read_text(), re.M):
            found[name] = re.findall(r'\bIZH_(REALTIME|ALLOCATES|RELEASES)\b', before)
    return found


def main(symbol_map, headers):
    found = marks(headers)
    exported = re.findall(r'\bizh_\w+(?=;)', pathlib.Path(symbol_map).read_text())
    for name in exported:
        if not found.get(name):
            sys.exit(f'{name} has no mark: IZH_REALTIME, IZH_ALLOCATES or IZH_RELEASES')
    lines = [f'    X({name}, {" | ".join(found[name])})' for name in exported]
    print('enum { ALLOCATES = 1, RELEASES = 2, REALTIME = 4 };\n#define FUNCTIONS(X) \\')
    print(' \\\n'.join(lines))


main(*sys.argv[1:])
