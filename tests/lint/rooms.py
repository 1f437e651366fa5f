"""The rooms of lib, which are its folders, in the order of the table in docs/building.md:
a room includes only itself and rooms above it; no two rooms define the same name; only the rooms of
the methods name a method; only the solver includes its own header; no function is too long to see
whole. KNOWN lists what breaks a rule today; a line of it that is no longer needed is a fault, too.
Prints TAP. Usage: rooms.py SOURCE"""
import collections
import pathlib
import re
import sys

from definitions import FUNCTION

KNOWN = {}
LONGEST = 60

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
INCLUDE = re.compile(r'^#include "(\w+)/(\w+\.\w+)"', re.M)
BLOCK = re.compile(r'\b(?:struct|enum|union)\s+(\w+)\s*\{')
TYPE = re.compile(r'^(?:typedef\b[^;{]*\b|\}\s*)(\w+);', re.M)
FORWARD = re.compile(r'^typedef (?:struct|enum|union) (\w+) \1;', re.M)
MACRO = re.compile(r'^#define (\w+)', re.M)


def code(path):
    """A file without its comments, line by line as it was."""
    return COMMENT.sub(lambda match: '\n' * match[0].count('\n'), path.read_text())


def order(page):
    """The rooms of the page's table, which stands below its own heading."""
    section = page.read_text().split('\n## The rooms of the library\n')[1].split('\n## ')[0]
    return re.findall(r'^\| `(\w+)` \|', section, re.M)


def arrows(files, rooms):
    for path, text in files.items():
        for room, header in INCLUDE.findall(text):
            if rooms.index(room) > rooms.index(path.parent.name):
                yield f'{path} includes {room}/{header}'


def names(path, text):
    """What a file defines for others to use: functions, and a header's types and macros."""
    header = path.suffix == '.h'
    for match in FUNCTION.finditer(text):
        if header or not re.search(r'\bstatic\b|INLINE', match[1]):
            yield match[2]
    if header:
        text = FORWARD.sub('', text)
        for pattern in (BLOCK, TYPE, MACRO):
            yield from pattern.findall(text)


def twins(files, public):
    """Names that two rooms define; the public headers are a room, too, but for functions, which
    they do not define."""
    homes = collections.defaultdict(set)
    for path, text in [*files.items(), *public.items()]:
        for name in names(path, text):
            homes[name].add(path.parent.name)
    for name, places in sorted(homes.items()):
        if len(places) > 1:
            yield f'{name} is defined in {" and ".join(sorted(places))}'


def namers(files, methods):
    for path, text in files.items():
        if path.parent.name not in ('methods', 'pinn'):
            for method in methods:
                if re.search(rf'\b{method}\b', text):
                    yield f'{path} names {method}'


def intruders(files):
    for path, text in files.items():
        if path.parent.name != 'solver' and 'solver/solver.h' in text:
            yield f'{path} includes solver/solver.h'


def long_functions(files):
    for path, text in files.items():
        for match in FUNCTION.finditer(text):
            if match[0].count('\n') + 1 > LONGEST:
                yield f'{path}: {match[2]} has more than {LONGEST} lines'


def folder_faults(files, rooms):
    folders = {path.parent.name for path in files}
    yield from (f'lib/{room} is not in the table' for room in sorted(folders - set(rooms)))
    yield from (f'there is no lib/{room}' for room in rooms if room not in folders)


def main(source):
    rooms = order(source / 'docs' / 'building.md')
    files = {path.relative_to(source): code(path) for path in sorted(source.glob('lib/*/*.[ch]'))}
    public = {path.relative_to(source): code(path) for path in sorted(source.glob('include/izh/*.h'))}
    methods = re.findall(r'^\w*METHOD\((\w+),', (source / 'lib/methods/methods.def').read_text(), re.M)
    if not (rooms and files and public and methods):
        sys.exit('nothing to look at')
    rules = {
        'the table has every room': lambda: folder_faults(files, rooms),
        'rooms include rooms above them only': lambda: arrows(files, rooms),
        'no two rooms define the same name': lambda: twins(files, public),
        'only lib/methods and lib/pinn name a method': lambda: namers(files, methods),
        'only lib/solver includes its header': lambda: intruders(files),
        f'functions have at most {LONGEST} lines': lambda: long_functions(files),
    }
    print(f'1..{len(rules)}')
    failed = False
    for number, (rule, find) in enumerate(rules.items(), 1):
        found, known = set(find()), KNOWN.get(rule, set())
        faults = sorted(found - known) + [f'no longer so: {line}' for line in sorted(known - found)]
        failed |= bool(faults)
        print(f'{"not ok" if faults else "ok"} {number} - {rule}')
        for fault in faults:
            print(f'# {fault}')
    return failed


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1])))
