"""Programs that were built with the baseline run with the library: nothing that they use has changed.
What is new is told, and no failure. Prints TAP.
Usage: abidiff.py ABIDW ABIDIFF LIBRARY HEADERS BASELINE LAYOUT"""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import dump

RENEW = 'Where it is meant, and a new minor version (before 1.0) or soname follows: tests/abi/baseline.sh BUILD'

# What libabigail calls a change and libizh's rules allow: a versioned struct has grown at its end. What
# lies before the end is layout.c's, too.
GROWN = """[suppress_type]
  name_regexp = ^({names})$
  type_kind = struct
  has_data_member_inserted_at = end
  has_size_change = yes
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

    def doctored(self, new, folder, name, change, detected):
        """abidiff is awake: it sees, or rightly overlooks, a change that is made here."""
        corpus = ET.parse(new)
        if not change(corpus):
            self.report(False, name, 'nothing in the dump to change')
            return
        path = pathlib.Path(folder) / 'doctored.abi'
        corpus.write(path, encoding='unicode')
        code, said = self.diff(new, path, '--no-added-syms')
        self.report((code & 4 != 0) == detected and code & 3 == 0, name, '' if detected else said)


def removed_function(corpus):
    """One that has another name everywhere is one that is gone."""
    changed = 0
    for element in corpus.iter():
        for key, value in element.items():
            if 'izh_solver_run' in value:
                element.set(key, value.replace('izh_solver_run', 'izh_solver_go'))
                changed += 1
    return changed


def wider_int(corpus):
    ints = corpus.findall(".//type-decl[@name='int'][@size-in-bits='32']")
    for declaration in ints:
        declaration.set('name', 'long int')
        declaration.set('size-in-bits', '64')
    return len(ints)


def grown(struct):
    """A double appended to a struct's dump."""
    def grow(corpus):
        structs = corpus.findall(f".//class-decl[@name='{struct}'][data-member]")
        double = corpus.find(".//type-decl[@name='double']").get('id')
        for declaration in structs:
            bits = declaration.get('size-in-bits')
            declaration.set('size-in-bits', str(int(bits) + 64))
            member = ET.SubElement(declaration, 'data-member', {'access': 'public', 'layout-offset-in-bits': bits})
            ET.SubElement(member, 'var-decl', {'name': 'more', 'type-id': double, 'visibility': 'default'})
        for alias in corpus.findall(f".//typedef-decl[@name='{struct}'][@size-in-bits]"):
            alias.set('size-in-bits', str(int(alias.get('size-in-bits')) + 64))
        return len(structs)
    return grow


def doctor(check, new, folder):
    check.doctored(new, folder, 'a removed function would be seen', removed_function, True)
    check.doctored(new, folder, 'a wider field would be seen', wider_int, True)
    check.doctored(new, folder, 'a longer frozen struct would be seen', grown('izh_conversion'), True)
    check.doctored(new, folder, 'a longer versioned struct is allowed', grown('izh_preset'), False)


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
