"""The compiler keeps the fetches of memory ahead: GCC 12 drops calls of a function that does nothing else. Compiles
each file of lib that fetches, with optimization, and counts the instructions. Prints TAP.
Usage: fetches.py SOURCES COMPILER..."""
import pathlib
import re
import subprocess
import sys

FETCH = re.compile(r'\t(prefetch\w*|prfm|pld|pfd)\s')


def main(root, *compiler):
    files = [f for f in sorted(pathlib.Path(root, 'lib').rglob('*.c')) if 'izh_fetch' in f.read_text()]
    print(f'1..{2 * len(files) + 1}')
    print('ok 1 - files fetch' if files else 'not ok 1 - no file fetches')
    number = 1
    for file in files:
        calls = len(re.findall(r'\bizh_fetch(?:_all)?\(', file.read_text()))
        for level in '-O2', '-O3':
            number += 1
            code = subprocess.run([*compiler, '-std=c11', level, '-S', '-o', '-', f'-I{root}/include', f'-I{root}/lib',
                                   str(file)], check=True, text=True, stdout=subprocess.PIPE).stdout
            kept = len(FETCH.findall(code))
            print(f'{"not " if kept < calls else ""}ok {number} - {file.name} {level}: {kept} fetches of {calls} calls')


main(*sys.argv[1:])
