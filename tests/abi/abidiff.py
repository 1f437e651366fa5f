"""Programs that were built with the baseline run with the library: nothing that they use has changed.
What is new is told, and no failure. Prints TAP.
Usage: abidiff.py ABIDW ABIDIFF LIBRARY HEADERS BASELINE LAYOUT"""
import pathlib
import re
import subprocess
import sys
import tempfile

import dump

RENEW = 'Where it is meant, and a new minor version (before 1.0) or soname follows: tests/abi/baseline.sh BUILD'


# What libabigail calls a change and libizh's rules allow: a versioned struct has grown at its end. What
# lies before the end is layout.c's, too.
GROWN = """[suppress_type]
  name_regexp = ^({names})$
  type_kind = struct
  has_data_member_inserted_at = end
"""


def write_suppressions(layout, path):
    names = re.findall(r'^VERSIONED\((\w+),', pathlib.Path(layout).read_text(), flags=re.M)
    path.write_text(GROWN.format(names='|'.join(names)))


class Check:
    def __init__(self, abidiff, suppressions):
        self.command = [abidiff, '--suppressions', suppressions]
        self.count = 0

    def diff(self, old, new, *options):
        done = subprocess.run([*self.command, *options, old, new], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def report(self, holds, name, comment=''):
        self.count += 1
        print('ok' if holds else 'not ok', self.count, '-', name)
        for line in comment.splitlines():
            print('#', line)

    def doctored(self, new, folder, name, changes, detected):
        """abidiff is awake: it sees, or rightly overlooks, a change that is made here."""
        text = pathlib.Path(new).read_text()
        for old, replacement in changes:
            if old not in text:
                self.report(False, name, f'no {old!r} in the dump')
                return
            text = text.replace(old, replacement)
        path = pathlib.Path(folder) / 'doctored.abi'
        path.write_text(text)
        code, said = self.diff(new, path, '--no-added-syms')
        self.report((code & 4 != 0) == detected and code & 3 == 0, name, '' if detected else said)


def state_with(more, offset, grown):
    """A double appended to a struct's dump."""
    return [(grown[0], grown[1]),
            (more, more + f'''</data-member><data-member access="public" layout-offset-in-bits="{offset}">
        <var-decl name="more" type-id="a0eb0f08" visibility="default" />''')]


def doctor(check, new, folder):
    check.doctored(new, folder, 'a removed function would be seen',
                   [('izh_solver_run', 'izh_solver_go')], True)
    check.doctored(new, folder, 'a wider field would be seen',
                   [('name="int" size-in-bits="32"', 'name="long int" size-in-bits="64"')], True)
    check.doctored(new, folder, 'a longer frozen struct would be seen',
                   state_with('<var-decl name="I_shift" type-id="a0eb0f08" visibility="default" />\n      ', 384,
                              ('name="izh_conversion" size-in-bits="384"',
                               'name="izh_conversion" size-in-bits="448"')), True)
    check.doctored(new, folder, 'a longer versioned struct is allowed',
                   state_with('<var-decl name="published_until" type-id="a0eb0f08" visibility="default" />\n      ',
                              1984, ('name="izh_preset" size-in-bits="1984"',
                                     'name="izh_preset" size-in-bits="2048"')), False)


def main(abidw, abidiff, library, headers, baseline, layout):
    with tempfile.TemporaryDirectory() as folder:
        suppressions = pathlib.Path(folder) / 'versioned.suppr'
        write_suppressions(layout, suppressions)
        check = Check(abidiff, suppressions)
        new = pathlib.Path(folder) / 'new.abi'
        dump.dump(abidw, library, headers, new)
        code, said = check.diff(baseline, new, '--no-added-syms')
        check.report(code == 0, 'what the baseline has is there, and the same',
                     f'{said}\n{RENEW}' if code else '')
        code, said = check.diff(baseline, new)
        check.report(code & 3 == 0, 'what is new can be told', said)
        doctor(check, new, folder)
    print(f'1..{check.count}')


main(*sys.argv[1:])
