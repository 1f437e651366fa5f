"""Counts what `meson test` ran: prints "PASSED FAILED", one for each test inside a TAP program and for
each other program. A program that crashed, ran out of time, printed no plan, was skipped or never ran
counts as failed, whatever its tests said. On standard error stands what the programs said that failed, but
for their passed tests. Of the suites that are named; all where none is."""
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def cases(log):
    """How many tests of each TAP program passed, and how many did not, by its name."""
    counts = {}
    for suite in ElementTree.parse(log).getroot():
        count = counts.setdefault(suite.get('name').split(' / ')[-1], [0, 0])
        for case in suite.findall('testcase'):
            bad = any(case.find(tag) is not None for tag in ('failure', 'error', 'skipped'))
            count[bad] += 1
    return counts


def main(build, *suites):
    # The last run's log; it is testlog-valgrind.json for `meson test --wrap valgrind`.
    log = max(pathlib.Path(build, 'meson-logs').glob('testlog*.json'), key=lambda file: file.stat().st_mtime)
    inside = cases(log.with_suffix('.junit.xml'))
    results, said = {}, {}
    for line in log.read_text().splitlines():
        test = json.loads(line)
        name = test['name'].split(' / ')[-1]
        results[name] = test['result']
        said[name] = (test.get('stdout', '') + test.get('stderr', '')).splitlines()
    listed = json.loads(subprocess.run(['meson', 'introspect', '--tests', build], check=True,
                                       stdout=subprocess.PIPE, text=True).stdout)
    passed = failed = 0
    for test in listed:
        if suites and not any(suite.split(':')[-1] in suites for suite in test['suite']):
            continue
        name = test['name']
        good, bad = inside.get(name, [0, 0]) if test['protocol'] == 'tap' else [0, 0]
        ok = results.get(name) == 'OK'
        if test['protocol'] != 'tap':
            good, bad = (1, 0) if ok else (0, 1)
        elif not ok and not bad or good + bad == 0:
            bad += 1
        if bad:
            words = [line for line in said.get(name, []) if not line.startswith('ok ')]
            print(f'{name}: {bad} failed ({results.get(name, "never ran")})', *words[-30:], sep='\n', file=sys.stderr)
        passed += good
        failed += bad
    for suite in set(suites) - {name.split(':')[-1] for test in listed for name in test['suite']}:
        print(f'{suite}: there is no test of this suite', file=sys.stderr)
        failed += 1
    print(passed, failed)


main(*sys.argv[1:])
