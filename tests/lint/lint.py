"""clang-tidy (.clang-tidy says which checks) and cppcheck over lib/, against accepted.txt.

    lint.py BUILD    BUILD: a build folder, for its compile_commands.json

Prints what is new and what no longer comes; status 0 for nothing of either. The last line is
"N findings, N accepted"."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = re.compile(r'^(\S+?):\d+:\d+: (?:error|warning|performance|portability): (.*) \[([^]]+)\]$')


def sources(build):
    """Each source of lib/ once; templates are looked at as their first instance."""
    commands = json.loads((Path(build) / 'compile_commands.json').read_text())
    files = {str((Path(c['directory']) / c['file']).resolve()) for c in commands}
    return sorted(file for file in files if file.startswith(str(ROOT / 'lib') + '/'))


def output(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=ROOT).stdout


def findings(text):
    """(file, check, message) of each line that is one."""
    for line in text.splitlines():
        match = FOUND.match(line)
        if match:
            path = os.path.realpath(os.path.join(ROOT, match[1]))
            for check in match[3].replace(',-warnings-as-errors', '').split(','):
                yield os.path.relpath(path, ROOT), check, match[2]


def tidy_one(build, file):
    # The kernels, where all is inlined, would keep the analyzer busy for an hour.
    fewer = ['--checks=-clang-analyzer-*'] if file.endswith('kernel_tmpl.c') else []
    return output('clang-tidy', '-p', build, '--quiet', *fewer, file)


def tidy(build):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = pool.map(lambda file: tidy_one(build, file), sources(build))
        return [finding for text in texts for finding in findings(text)]


def cppcheck():
    return list(findings(output(
        'cppcheck', '--enable=warning,performance,portability', '--std=c11', '--quiet', '-Iinclude',
        '-Ilib', '-DIZH_TRIG_BYTES=16', '-DIZH_EVAL_NAME=izh_eval_scalar',
        '-DIZH_KERNEL_NAME=izh_kernels', '-DIZH_KERNEL_VEC="population/vec_scalar.h"',
        '--template={file}:{line}:{column}: {severity}: {message} [{id}]', 'lib')))


def accepted():
    lines = (ROOT / 'tests/lint/accepted.txt').read_text().splitlines()
    return {tuple(line.split(None, 2)[:2]) for line in lines if line and not line.startswith('#')}


def main(build):
    found = {(file, check): message for file, check, message in tidy(build) + cppcheck()}
    known = accepted()
    for file, check in sorted(set(found) - known):
        print(f'{file}: {found[file, check]} [{check}]')
    for file, check in sorted(known - set(found)):
        print(f'{file}: no longer has [{check}]: take it out of accepted.txt')
    print(f'{len(set(found) - known)} findings, {len(known)} accepted')
    return 0 if set(found) == known else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
