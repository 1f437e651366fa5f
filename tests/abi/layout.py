"""layout.c has a line for every struct, field and constant of the public headers, and compiles as every
ABI that a compiler here can aim at. Prints TAP. Usage: layout.py LAYOUT INCLUDE COMPILER..."""
import pathlib
import re
import shutil
import subprocess
import sys

# One of each kind of ABI must be there; clang aims at them all, and GCC at its own.
TARGETS = [
    ('LP64, little endian', 'clang --target=x86_64-linux-gnu'),
    ('LP64, big endian', 'clang --target=s390x-linux-gnu'),
    ('ILP32, doubles at 8', 'clang --target=arm-linux-gnueabihf'),
    ('ILP32, doubles at 4', 'clang --target=i386-linux-gnu'),
]


def headers(include):
    text = '\n'.join(path.read_text() for path in sorted(pathlib.Path(include).glob('izh/*.h')))
    return re.sub(r'/\*.*?\*/', ' ', text.replace('\\\n', ' '), flags=re.S)


def structs(text):
    """The fields of each struct, by its name."""
    found = {}
    for name, body in re.findall(r'struct (izh_\w+)\s*\{(.*?)\n\}', text, flags=re.S):
        fields = []
        for line in body.split(';'):
            function = re.search(r'^\s*[\w\s*]+\(\*(\w+)\)', line)
            plain = re.search(r'(\w+)(?:\[\d+\])?\s*$', line)
            if function or plain:
                fields.append((function or plain).group(1))
        found[name] = fields
    return found


def frozen(include):
    """The structs whose comment says so."""
    names = set()
    for path in pathlib.Path(include).glob('izh/*.h'):
        for comment, name in re.findall(r'/\*\*((?:(?!\*/).)*)\*/\s*typedef struct (izh_\w+)\s*\{',
                                        path.read_text(), flags=re.S):
            if re.search(r'\bFrozen\.', comment):
                names.add(name)
    return names


def constants(text):
    found = set(re.findall(r'^#define (IZH_\w+)[ \t]+\(?-?\d+\)?[ \t]*$', text, flags=re.M))
    return {name for name in found if not name.startswith('IZH_VERSION')}


def coverage(layout, include):
    """Names of tests, and what differs."""
    text, lines = headers(include), pathlib.Path(layout).read_text()
    in_headers = {(name, field) for name, fields in structs(text).items() for field in fields}
    in_layout = set(re.findall(r'^FIELD\((\w+), (\w+),', lines, flags=re.M))
    names = set(re.findall(r'^(?:FROZEN|VERSIONED)\((\w+),', lines, flags=re.M))
    fixed = set(re.findall(r'^FROZEN\((\w+),', lines, flags=re.M))
    values = set(re.findall(r'^VALUE\((\w+),', lines, flags=re.M))
    yield 'every struct has its size', set(structs(text)) ^ names or len(names) < 20
    yield 'the frozen ones are those whose comment says so', frozen(include) ^ fixed
    yield 'every field has its place', in_headers ^ in_layout or len(in_layout) < 100
    yield 'every constant has its value', constants(text) ^ values or len(values) < 40


def compile_as(compiler, layout, include):
    done = subprocess.run([*compiler.split(), '-std=c11', '-ffreestanding', '-fsyntax-only', '-Wall',
                           '-Wextra', '-Werror', f'-I{include}', layout], stderr=subprocess.PIPE, text=True)
    return done.stderr if done.returncode else ''


def main(layout, include, *compilers):
    count = 0
    for name, differ in coverage(layout, include):
        count += 1
        print('not ok' if differ else 'ok', count, '-', name)
        if differ:
            print('#', differ if differ is True else sorted(differ))
    for name, compiler in [('this one', c) for c in compilers] + TARGETS:
        count += 1
        if not shutil.which(compiler.split()[0]):
            print('ok', count, f'- the layout of {name} # SKIP no', compiler.split()[0])
            continue
        errors = compile_as(compiler, layout, include)
        print('not ok' if errors else 'ok', count, f'- the layout of {name}: {compiler}')
        for line in errors.splitlines():
            if 'error' in line:
                print('#', line)
    print(f'1..{count}')


main(*sys.argv[1:])
