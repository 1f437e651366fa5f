"""Plants each bug of bugs.py in a copy of the tree and says which test catches it.

    run.py [PART]...    only those bugs whose names have one of the parts
    run.py --check      only says, in TAP, whether each can still be planted

Status 0 only if every bug is caught. The last line is "N planted, N caught"."""

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bugs import BUGS

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / 'tests/lint'))
from definitions import definitions
SUITES = ['unit', 'determinism', 'simd', 'robust', 'fuzz', 'accuracy', 'pinn', 'abi']


def quietly(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)


class Copy:
    """A tree of its own, of which only what a test needs is built."""

    def __init__(self, folder):
        self.source, self.build = folder / 'source', folder / 'build'
        kept = quietly('git', '-C', str(ROOT), 'ls-files', '-z', '--cached').stdout.split('\0')
        for name in filter(None, kept):
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.source / name, follow_symlinks=False)
        made = quietly('meson', 'setup', str(self.build), str(self.source), '-Dtests=enabled',
                       '-Dexamples=false', '-Dbindings=disabled', '-Dmpi=disabled', '-Ddocs=disabled',
                       '-Doptimization=2', '-Ddebug=false')
        if made.returncode:
            sys.exit(made.stdout)

    def failures(self, *which):
        """Builds what these tests need and runs them: the names of those that fail, up to the first."""
        log = self.build / 'meson-logs' / 'testlog.json'
        log.unlink(missing_ok=True)
        said = quietly('meson', 'test', '-C', str(self.build), '--maxfail=1', *which)
        if not log.exists():
            sys.exit(said.stdout + f'cannot be built, or no test ran: {" ".join(which)}')
        tests = [json.loads(line) for line in log.read_text().splitlines()]
        return [test['name'].split(' / ')[-1] for test in tests
                if test['result'] not in ('OK', 'SKIP', 'EXPECTEDFAIL', 'INTERRUPT')]

    def catcher(self, test):
        """The test that fails: this one, or else of all the first; None for none."""
        suites = [word for suite in SUITES for word in ('--suite', suite)]
        failed = test and self.failures(test) or self.failures(*suites)
        return failed[0] if failed else None


@functools.lru_cache(maxsize=None)
def known(text):
    return list(definitions(text))


def regions(source, where):
    """The file, its text, and where it begins and ends there, of each definition of this name in lib/; of
    a file, all of it."""
    if '/' in where:
        text = (source / where).read_text()
        yield source / where, text, 0, len(text)
        return
    for path in sorted((source / 'lib').glob('*/*.[ch]')):
        text = path.read_text()
        for name, first, end in known(text):
            if name == where:
                yield path, text, first, end


def pattern(text):
    """Finds the text however it is broken into lines."""
    words = re.findall(r'\w+|[^\w\s]', text)
    return re.compile(r'\s*'.join(map(re.escape, words)))


def places(source, where, text):
    """Each place where the text can be replaced: (file, what it holds, first, end)."""
    return [(path, whole, *match.span()) for path, whole, first, end in regions(source, where)
            for match in pattern(text).finditer(whole, first, end)]


def fault(source, where, text):
    """Why the text cannot be replaced there; None if it can."""
    times = len(places(source, where, text))
    return None if times == 1 else f'{where}: the text occurs {times} times: {text!r}'


def check():
    """Whether the sources still have what each bug replaces."""
    faults = [why for _, where, text, _, _ in BUGS if (why := fault(ROOT, where, text))]
    print('1..1')
    print('not ok' if faults else 'ok', f'1 - each of {len(BUGS)} bugs can be planted')
    print(''.join(f'# {why}\n' for why in faults), end='')
    return 1 if faults else 0


def plant(copy, where, text, bug):
    """Returns the file and what it was without the bug."""
    why = fault(copy.source, where, text)
    if why:
        sys.exit(why)
    [(path, good, first, end)] = places(copy.source, where, text)
    path.write_text(good[:first] + bug + good[end:])
    return path, good


def main(parts):
    chosen = [bug for bug in BUGS if not parts or any(part in bug[0] for part in parts)]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        failed = copy.failures(*sorted({bug[-1] for bug in chosen} - {''}))
        if failed:
            sys.exit(f'without a bug {failed[0]} fails')
        for name, where, text, bug, test in chosen:
            path, good = plant(copy, where, text, bug)
            by = copy.catcher(test)
            path.write_text(good)
            print(f'{name:<70} {"caught by " + by if by else "SURVIVED"}', flush=True)
            if not by:
                survivors.append(name)
    print(f'{len(chosen)} planted, {len(chosen) - len(survivors)} caught')
    return 1 if survivors else 0


if __name__ == '__main__':
    sys.exit(check() if sys.argv[1:] == ['--check'] else main(sys.argv[1:]))
