"""No word that codespell knows as a misspelling, in pages, programs and comments. Prints TAP.
Usage: spelling.py CODESPELL SOURCE"""
import pathlib
import subprocess
import sys
import tempfile

# Words, names, parts of them, and misspellings that a test plants.
RIGHT = ['anothers', 'inh', 'metod', 'numer', 'witha']
SUFFIXES = {'.md', '.c', '.h', '.hpp', '.cpp', '.cs', '.def', '.py', '.lua', '.sh', '.m', '.js', '.mjs', '.ts', '.tsx', '.css',
            '.html', '.build', '.txt', '.in', '.ini', '.map', '.gp', '.ipynb'}
FOLDERS = ['docs', 'include', 'lib', 'tests', 'examples', 'bindings', '.packaging', '.ci']
OTHERS = {'node_modules', 'subprojects', 'baseline', 'corpus'}  # what others wrote, old versions, bytes


def files(root):
    found = [path for path in root.iterdir() if path.suffix in SUFFIXES and path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (root / folder).rglob('*') if path.is_file() and path != pathlib.Path(__file__).resolve()
                  and (path.suffix in SUFFIXES or path.parent.name == '.ci') and not OTHERS & set(path.relative_to(root).parts)]
    return sorted(map(str, found))


def misspelled(codespell, paths):
    done = subprocess.run([codespell, '--builtin', 'clear', '--ignore-words-list', ','.join(RIGHT), *paths], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    return [line for line in done.stdout.splitlines() if '==>' in line] + \
        [line for line in done.stderr.splitlines() if not line.startswith('WARNING')]


def main(codespell, source):
    root = pathlib.Path(source).resolve()
    paths = files(root)
    with tempfile.NamedTemporaryFile('w', suffix='.md') as page:
        page.write('Spikes recieve a time.\n')
        page.flush()
        planted = misspelled(codespell, [page.name])
    tests = [('a misspelling is found', [] if planted else ['it was not']),
             (f'{len(paths)} files', misspelled(codespell, paths) if paths else ['there are none'])]
    print(f'1..{len(tests)}')
    for number, (name, faults) in enumerate(tests, 1):
        print('not ok' if faults else 'ok', number, '-', name)
        for fault in faults:
            print('#', fault.removeprefix(f'{root}/'))


main(*sys.argv[1:])
