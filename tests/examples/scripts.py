"""The commands that users run, in a copy of the tree whose packages, builds and programs are stand-ins: with a
wrong option, in a tree that is read-only, and interrupted, each says so in one line and leaves the last report
as it is; a new report replaces it when it is whole. Prints TAP.
Usage: scripts.py SOURCE [PROGRAM...], the examples' real programs: they judge the options"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

REPORTS = {'compare': 'report', 'drift': 'report-drift', 'patterns': 'report-patterns', 'pinn': 'report-pinn',
           'viewer': 'report-viewer'}
ANOTHERS = 'what another run left'
NOBODY = 65534

# Instead of a program: leaves a file of a report, and takes as long as a test wants.
PROGRAM = """#!/bin/sh
for folder; do
    case $last in
    --data | --report) echo made >"$folder/made.dat" ;;
    --csv) echo made >"$folder"; echo made >"${folder%/*}/index.html" ;;
    esac
    last=$folder
done
sleep "${TAKES:-0}"
"""
# Nothing is installed, built or drawn.
STAND_INS = {'need.sh': """
need() { :; }
need_wasm() { :; }
gnuplot() { echo made >drawn.svg; }
node() {
    mkdir -p "$2"
    echo made >"$2/viewer.html"
    sleep "${TAKES:-0}"
}
""", 'build.sh': 'build_examples() { :; }\n'}


class Tests:
    def __init__(self):
        self.count = 0

    def report(self, name, holds, said=''):
        self.count += 1
        print('ok' if holds else 'not ok', self.count, '-', name)
        if not holds:
            print(''.join(f'# {line}\n' for line in str(said).splitlines()), end='', flush=True)


class Tree:
    """A copy of the commands."""

    def __init__(self, source, folder, programs):
        self.source, self.root = source, pathlib.Path(folder, 'a tree')
        for pattern in ('.ci/*', 'tests/*.sh', 'tests/*/*.sh', 'examples/*/run.sh', 'examples/*/*.gp'):
            for path in source.glob(pattern):
                copy = self.root / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
        for name, text in STAND_INS.items():
            with open(self.root / '.ci' / name, 'a', encoding='ascii') as file:
                file.write(text)
        self.programs = {pathlib.Path(p).name: pathlib.Path(p).resolve() for p in programs}
        self.stand_in()
        self.renew()

    def renew(self):
        for folder in REPORTS.values():
            for name in (folder, folder + '.new', folder + '.old'):
                shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / folder).mkdir()
            (self.root / folder / 'last.txt').write_text(ANOTHERS)

    def program(self, name):
        path = self.root / 'build-release' / 'examples' / name / ('izh-' + name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        return path

    def stand_in(self):
        for name in REPORTS:
            path = self.program(name)
            path.write_text(PROGRAM)
            path.chmod(0o755)

    def use_real(self, name):
        self.program(name).symlink_to(self.programs['izh-' + name])

    def start(self, command, *options, **kwargs):
        return subprocess.Popen(['/bin/sh', str(self.root / command), *options], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd='/',
                                start_new_session=True, **kwargs)

    def run(self, command, *options, **kwargs):
        process = self.start(command, *options, **kwargs)
        out, errors = process.communicate(timeout=60)
        return process.returncode, out, errors

    def last_stays(self, name):
        report = self.root / REPORTS[name]
        return (report / 'last.txt').read_text() == ANOTHERS and len(list(report.iterdir())) == 1 and \
            not list(self.root.glob('report*.new')) and not list(self.root.glob('report*.old'))


def one_line(errors, *words):
    lines = [line for line in errors.splitlines() if line.strip()]
    return len(lines) == 1 and all(word in lines[0] for word in words)


def commands(tree):
    """What users run, by path."""
    return sorted(str(path.relative_to(tree.root))
                  for pattern in ('examples/*/run.sh', 'tests/run.sh', 'tests/long.sh', 'tests/debian13.sh',
                                  'tests/*/run*.sh')
                  for path in tree.root.glob(pattern))


def wrong_options(tests, tree):
    for command in commands(tree):
        name = pathlib.Path(command).parent.name
        if command.startswith('examples/') and name != 'viewer':
            if 'izh-' + name not in tree.programs:
                continue
            tree.use_real(name)
        code, out, errors = tree.run(command, '--bogus')
        tests.report(f'{command}: a wrong option is refused in one line', code != 0 and one_line(errors, '--bogus'),
                     f'{code}\n{out}{errors}')
        if name in REPORTS:
            tests.report(f'{command}: and the last report stays', tree.last_stays(name))
    tree.stand_in()


def read_only(tests, tree):
    """As a user to whom nothing of it belongs."""
    user = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.geteuid() == 0 else {}
    os.chmod(tree.root.parent, 0o755)
    for path in [tree.root, *tree.root.rglob('*')]:
        if path.is_dir():
            path.chmod(0o555)
    for command in commands(tree):
        code, out, errors = tree.run(command, **user)
        tests.report(f'{command}: a tree that is read-only is refused in one line',
                     code == 1 and one_line(errors, str(tree.root), 'written'), f'{code}\n{out}{errors}')
    for path in [tree.root, *tree.root.rglob('*')]:
        if path.is_dir():
            path.chmod(0o755)
    tests.report('and every last report stays', all(tree.last_stays(name) for name in REPORTS))


def interrupt(tree, name):
    process = tree.start(f'examples/{name}/run.sh', env={**os.environ, 'TAKES': '30'})
    begun = [tree.root / (REPORTS[name] + '.new') / 'made.dat', tree.root / (REPORTS[name] + '.new') / 'index.html',
             tree.root / 'build-viewer' / 'viewer.html']
    for _ in range(300):
        if any(path.exists() for path in begun):
            break
        time.sleep(.1)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


def interrupted(tests, tree):
    for name, folder in REPORTS.items():
        code, out, errors = interrupt(tree, name)
        tests.report(f'{name}: an interruption is told in one line',
                     code == 130 and one_line(errors, 'interrupted', 'last report', folder), f'{code}\n{out}{errors}')
        tests.report(f'{name}: and the last report stays', tree.last_stays(name))
        shutil.rmtree(tree.root / 'build-viewer', ignore_errors=True)


def meson_is_quiet(tests, tree):
    """Python tells of an interruption by a traceback, if it is let."""
    fake = tree.root / 'bin' / 'meson'
    fake.parent.mkdir()
    fake.write_text('#!/usr/bin/python3\nimport time\nprint("started", flush=True)\ntime.sleep(30)\n')
    fake.chmod(0o755)
    script = tree.root / 'setup.sh'
    script.write_text(f'. "{tree.root}/.ci/need.sh"\nPATH="{fake.parent}:$PATH"\nrun_meson setup\n')
    process = tree.start('setup.sh')
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    tests.report('meson is interrupted in one line', process.returncode == 130 and one_line(errors, 'interrupted'),
                 f'{process.returncode}\n{out}{errors}')


def steps_end(tests, tree):
    """What long.sh has begun beside itself ends with it, and so does what that has started."""
    script, log = tree.root / 'tests' / 'beside.sh', tree.root / 'build-tests' / 'slow.log'
    script.write_text('. "$(dirname -- "$0")/variants.sh"\n'
                      'begin slow sh -c "sleep 600 & echo \\$!; sleep 600 & echo \\$!; wait"\nfinish slow\n')
    process = tree.start('tests/beside.sh')
    begun = []
    for _ in range(300):
        begun = log.read_text().split() if log.exists() else []
        if len(begun) == 2:
            break
        time.sleep(.1)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    time.sleep(.5)
    stats = [pathlib.Path('/proc', pid, 'stat') for pid in begun]
    left = [int(stat.parent.name) for stat in stats if stat.exists() and ') Z ' not in stat.read_text()]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    errors = process.communicate(timeout=60)[1]  # whose end is also that of what had it open
    tests.report('the steps of an interrupted tests/long.sh end with it', process.returncode == 130 and
                 len(begun) == 2 and not left and one_line(errors, 'interrupted'), f'{begun} {left}\n{errors}')


def replaced(tests, tree):
    for name, folder in REPORTS.items():
        code, out, errors = tree.run(f'examples/{name}/run.sh')
        report = tree.root / folder
        tests.report(f'{name}: a new report replaces the last one', code == 0 and str(report) in out and
                     any('made' in path.read_text() for path in report.iterdir()) and
                     not (report / 'last.txt').exists(), f'{code}\n{out}{errors}')


def found_again(tests, tree):
    """A run was killed when the last report had been moved and the new one had not."""
    for name, folder in REPORTS.items():
        if name == 'viewer':
            continue
        report = tree.root / folder
        report.rename(report.with_name(folder + '.old'))
        failing = tree.program(name)
        failing.write_text('#!/bin/sh\nexit 1\n')
        failing.chmod(0o755)
        code, out, errors = tree.run(f'examples/{name}/run.sh')
        tests.report(f'{name}: a report that another run had put aside comes back',
                     code == 1 and tree.last_stays(name), f'{code}\n{out}{errors}')


def needs(tree, script):
    """What need.sh does as root, where nothing is installed yet."""
    done = subprocess.run(['/bin/sh', '-euc', f'''. "{tree.source}/.ci/need.sh"
        list=
        installed() {{ case " $list " in *" $1 "*) ;; *) return 1 ;; esac; }}
        as_root() {{
            echo "$*" | sed 's/^env DEBIAN_FRONTEND=noninteractive //'
            case $* in *' install '*) list="$list ${{*##* --no-install-recommends install }}" ;; esac
        }}
        clang() {{ echo 77.0.1; }}
        {script}'''], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.splitlines()


def packages(tests, tree):
    said = needs(tree, 'half_installed() { return 0; }; need one two; need three')
    acts = [line for line in said if line.startswith(('dpkg', 'apt-get'))]
    tests.report('an interrupted installation is ended first',
                 [re.sub('^apt-get.*(update|install)', r'\1', line) for line in acts] ==
                 ['dpkg --configure -a', 'update', 'install one two', 'install three'], '\n'.join(said))
    said = needs(tree, 'half_installed() { return 1; }; need one')
    tests.report('and where none was, dpkg is left alone', said and not any('dpkg --c' in line for line in said),
                 '\n'.join(said))
    said = needs(tree, 'half_installed() { return 1; }; need_wasm')
    tests.report("the run-time for WebAssembly is that of the system's clang",
                 any(line.endswith('install libclang-rt-77-dev-wasm32') for line in said), '\n'.join(said))
    versions = [f'{path.relative_to(tree.source)}: {found}'
                for pattern in ('.ci/*', 'tests/*.sh', 'tests/*/*.sh', 'examples/*/run.sh')
                for path in tree.source.glob(pattern)
                for found in re.findall(r'\b(?:libclang-rt|clang|llvm|gcc|g\+\+|lld|libstdc\+\+)-[0-9]+[-\w]*',
                                        path.read_text())]
    tests.report('no command names a version of a compiler', not versions, '\n'.join(versions))


def main(source, *programs):
    tests = Tests()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(pathlib.Path(source), folder, programs)
        for part in (wrong_options, read_only, interrupted, meson_is_quiet, steps_end, replaced, found_again, packages):
            tree.renew()
            part(tests, tree)
    print(f'1..{tests.count}')


main(*sys.argv[1:])
