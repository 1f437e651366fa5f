"""Runs the tests in a folder by pytest and prints TAP. Usage: run.py FOLDER [PYTEST ARGUMENT...]"""
import importlib.util
import sys

missing = [name for name in ('numpy', 'pytest') if importlib.util.find_spec(name) is None]
if missing:
    print(f'1..0 # SKIP {sys.executable} has no {" and no ".join(missing)}')
    sys.exit(0)

import pytest  # noqa: E402


class Tap:
    """One line for each test, and what failed as comments."""

    def __init__(self):
        self.count = 0

    def pytest_addoption(self, parser):
        """What assertions that fail ask for, and the terminal's plugin would have."""
        parser.addoption('--verbose', type=int, default=0)

    def line(self, good, report, note=''):
        self.count += 1
        print('\nok' if good else '\nnot ok', self.count, '-',
              report.nodeid.rpartition('/')[2].replace('#', ''), note)

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self.line(True, report, f'# SKIP {report.longrepr[2]}')
        elif report.failed or report.when == 'call':
            self.line(report.passed, report)
        if report.failed:
            print('\n'.join('# ' + line for line in report.longreprtext.splitlines()))

    def pytest_collectreport(self, report):
        if report.failed:
            self.line(False, report)
            print('\n'.join('# ' + line for line in str(report.longrepr).splitlines()))

    def pytest_sessionfinish(self):
        print(f'1..{self.count}', flush=True)


status = pytest.main(['-p', 'no:terminal', '-p', 'no:cacheprovider', *sys.argv[1:]],
                     plugins=[Tap()])
sys.exit(status not in (0, 1))
