"""clang-tidy (.clang-tidy says which checks) and cppcheck over the C of FOLDERS, and shellcheck over
every shell script, against accepted.txt.

    lint.py BUILD    BUILD: a build folder, for its compile_commands.json: what it does not build,
                     clang-tidy does not see

Prints what is new, as accepted.txt would have it, and what no longer comes; status 0 for nothing of
either. The last line is "N new findings, N accepted"."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from definitions import definitions

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ['lib', 'bindings/lua', 'examples']
FOUND = re.compile(r'^(\S+?):(\d+):\d+: (?:error|warning|note|performance|portability): (.*) \[([^]]+)\]$')


def sources(build):
    """Each source once; templates are looked at as their first instance."""
    commands = json.loads((Path(build) / 'compile_commands.json').read_text())
    files = {str((Path(c['directory']) / c['file']).resolve()) for c in commands}
    folders = tuple(f'{ROOT / folder}/' for folder in FOLDERS)
    return sorted(file for file in files if file.startswith(folders))


def output(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=ROOT).stdout


def place(path, line):
    """The innermost definition that the line is in, whatever file it moves to; else the file."""
    text = path.read_text()
    at = sum(map(len, text.splitlines(keepends=True)[:line - 1]))
    around = [(end - first, name) for name, first, end in definitions(text) if first <= at < end]
    return min(around)[1] if around else os.path.relpath(path, ROOT)


def findings(text, folder=ROOT):
    """("place: check", where it is now and the message) of each line that is one, of files as seen from a
    folder."""
    for line in text.splitlines():
        match = FOUND.match(line)
        if match:
            path = Path(os.path.realpath(folder / match[1]))
            if ROOT not in path.parents:
                continue
            for check in match[4].replace(',-warnings-as-errors', '').split(','):
                yield (f'{place(path, int(match[2]))}: {check}',
                       f'{os.path.relpath(path, ROOT)}:{match[2]}: {match[3]}')


def tidy_one(build, file):
    # The kernels, where all is inlined, would keep the analyzer busy for an hour.
    fewer = ['--checks=-clang-analyzer-*'] if file.endswith('kernel_tmpl.c') else []
    return output('clang-tidy', '-p', build, '--quiet', *fewer, file)


def tidy(build):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = pool.map(lambda file: tidy_one(build, file), sources(build))
        return [finding for text in texts for finding in findings(text, Path(build))]


def cppcheck():
    return list(findings(output(
        'cppcheck', '--enable=warning,performance,portability', '--std=c11', '--quiet', '-Iinclude',
        '-Ilib', '-DLUA_VERSION_NUM=504', '-DIZH_TRIG_BYTES=16', '-DIZH_EVAL_NAME=izh_pinn_eval_scalar',
        '-DIZH_KERNEL_NAME=izh_kernels', '-DIZH_VECTORS_NAME=izh_vectors', '-DIZH_KERNEL_WIDE',
        '-DIZH_KERNEL_SCHEME=rk4', '-DIZH_KERNEL_VEC="util/vec_scalar.h"',
        '--template={file}:{line}:{column}: {severity}: {message} [{id}]', *FOLDERS)))


def shellcheck():
    scripts = subprocess.check_output(
        ['git', 'ls-files', '*.sh', '.ci/run', '.packaging/build-deb', '.packaging/build-npm',
         '.packaging/build-wheel'], cwd=ROOT, text=True).split()
    return list(findings(output('shellcheck', '-x', '-f', 'gcc', *scripts)))


def accepted():
    lines = (ROOT / 'tests/lint/accepted.txt').read_text().splitlines()
    return {line for line in lines if line and not line.startswith('#')}


def main(build):
    found = dict(tidy(build) + cppcheck() + shellcheck())
    known = accepted()
    for key in sorted(set(found) - known):
        print(f'{key}\n    {found[key]}')
    for key in sorted(known - set(found)):
        print(f'{key}\n    no longer comes: take it out of accepted.txt')
    print(f'{len(set(found) - known)} new findings, {len(known)} accepted')
    return 0 if set(found) == known else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
