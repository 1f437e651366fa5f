"""The public functions by their marks in the headers, as a C header: each is REALTIME, ALLOCATES or RELEASES, or
REALTIME up to some size and ALLOCATES beyond. Usage: functions.py HEADERS"""
import pathlib
import re
import sys


def marks(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).glob('*.h')):
        for before, name in re.findall(r'^IZH_API\s([^;(]*?)(\w+)\(', path.read_text(), re.M):
            found[name] = re.findall(r'\bIZH_(REALTIME|ALLOCATES|RELEASES)\b', before)
    return found


def main(headers):
    found = marks(headers)
    for name in found:
        if not found[name]:
            sys.exit(f'{name} has no mark: IZH_REALTIME, IZH_ALLOCATES or IZH_RELEASES')
    lines = [f'    X({name}, {" | ".join(found[name])})' for name in sorted(found)]
    print('enum { ALLOCATES = 1, RELEASES = 2, REALTIME = 4 };\n#define FUNCTIONS(X) \\')
    print(' \\\n'.join(lines))


main(*sys.argv[1:])
