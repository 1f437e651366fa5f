"""No operation of the shared library is fused: GCC 12's vectorizer multiplies and adds in one rounding
(vfmaddsub) in spite of -ffp-contract=off where an instruction set has it. Prints TAP.
Usage: fused.py OBJDUMP LIBRARY"""
import re
import subprocess
import sys


def main(objdump, library):
    code = subprocess.run([objdump, '-d', '--no-show-raw-insn', library], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    fused = re.findall(r'^.*\tv?f(?:n?m)(?:add|sub|la|ls)\w*\s.*$', code, flags=re.M)
    print('1..2')
    print('ok 1 - the library has code' if code.count('\n') > 1000 else 'not ok 1 - no code')
    print(f'{"not " if fused else ""}ok 2 - no operation is fused')
    for line in fused[:10]:
        print('#', line.strip())


main(*sys.argv[1:])
