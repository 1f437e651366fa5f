"""The public functions by what the headers say of their memory, as a C header: each symbol of the map
ALLOCATES, RELEASES or is REAL_TIME. Usage: functions.py MAP HEADERS"""
import pathlib
import re
import sys


def kinds(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).glob('*.h')):
        for doc, name in re.findall(r'/\*\*((?:(?!\*/).)*)\*/\s*IZH_API\s[^;(]*?(\w+)\s*\(',
                                    path.read_text(), flags=re.S):
            doc = re.sub(r'\s*\n \*\s*', ' ', doc)
            if re.search(r'\bAllocates\b|\bMay allocate\b|\ballocates\b', doc):
                found[name] = {'ALLOCATES'}
                if 'eal-time safe' in doc:  # up to some size
                    found[name].add('REAL_TIME')
            else:
                found[name] = {'RELEASES' if name.endswith('_destroy') else 'REAL_TIME'}
    return found


def main(symbol_map, headers):
    found = kinds(headers)
    exported = re.findall(r'\bizh_\w+(?=;)', pathlib.Path(symbol_map).read_text())
    lines = [f'    X({name}, {" | ".join(sorted(found[name]))})' for name in exported]
    print('enum { ALLOCATES = 1, RELEASES = 2, REAL_TIME = 4 };\n#define FUNCTIONS(X) \\')
    print(' \\\n'.join(lines))


main(*sys.argv[1:])
