"""The exported set of the shared library == the IZH_API declarations, with all that the symbol map names, and
each version has what it has in the baseline, no less and no more. No call of the library's to a function of its own goes
through the loader, which might find another library's. Prints TAP.
Usage: symbols.py NM READELF LIBRARY MAP HEADERS BASELINE"""
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

RENEW = 'What is new goes into a node of its own; before the release: tests/abi/baseline.sh BUILD'


def exported(nm, library):
    lines = subprocess.run([nm, '-D', '--defined-only', library], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    symbols = {line.split()[-1] for line in lines}
    # The version nodes themselves are absolute symbols; a sanitizer adds its own.
    return {s for s in symbols
            if not re.match(r'IZH_\d|__(asan|ubsan|odr_asan|sanitizer)|_(init|fini)$', s)}


def mapped(path):
    """The names in the map; in its open node is a pattern."""
    text = re.sub(r'/\*.*?\*/', '', pathlib.Path(path).read_text(), flags=re.S)
    symbols = set()
    for part in re.findall(r'global:(.*?)(?:local:|})', text, flags=re.S):
        symbols |= set(part.replace(';', ' ').split())
    return {symbol for symbol in symbols if not symbol.endswith('*')}


def declared(folder):
    symbols = set()
    for path in sorted(pathlib.Path(folder).glob('*.h')):
        text = re.sub(r'/\*.*?\*/|//[^\n]*|^#.*?(?<!\\)$', '', path.read_text(), flags=re.S | re.M)
        symbols |= set(re.findall(r'IZH_API\s[^;(]*?(\w+)\s*\(', text))
    return symbols


def released(baseline):
    """Each symbol with its version, as nm writes it."""
    return {symbol.get('name') + '@@' + symbol.get('version')
            for symbol in ET.parse(baseline).getroot().iter('elf-symbol')}


def looked_up(readelf, library):
    """The symbols that the loader looks up."""
    lines = subprocess.run([readelf, '-rW', library], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    relocations = [line.split() for line in lines if re.match(r'[0-9a-f]{8,}\s', line)]
    return {columns[4].split('@')[0] for columns in relocations if len(columns) > 4}


def main(nm, readelf, library, symbol_map, headers, baseline):
    with_version, in_baseline = exported(nm, library), released(baseline)
    versions = {s.split('@@')[1] for s in in_baseline}
    of_these = {s for s in with_version if s.split('@')[-1] in versions}
    in_library = {s.split('@')[0] for s in with_version}
    in_map, in_headers = mapped(symbol_map), declared(headers)
    from_elsewhere = looked_up(readelf, library)
    tests = [
        ('the library exports something', bool(in_library), in_library),
        ('the library exports what the map names', bool(in_map) and in_map <= in_library, in_map - in_library),
        ('the library exports what the headers declare', in_library == in_headers,
         in_library ^ in_headers),
        ('each version has what it has in the baseline', bool(in_baseline) and of_these == in_baseline,
         [*(of_these ^ in_baseline), RENEW]),
        ('every export begins with izh_', all(s.startswith('izh_') for s in in_library), in_library),
        ('the library calls none of its own through the loader',
         'free' in from_elsewhere and not from_elsewhere & in_library, from_elsewhere & in_library),
    ]
    print(f'1..{len(tests)}')
    for i, (name, holds, differ) in enumerate(tests, 1):
        print('ok' if holds else 'not ok', i, '-', name)
        for line in [] if holds else sorted(differ):
            print('#', line)


if __name__ == '__main__':
    main(*sys.argv[1:])
