"""The exported set of the DLL == the IZH_API declarations, with all that the symbol map names; and it needs no other
DLL than those of Windows itself. Prints TAP.
Usage: dll.py OBJDUMP LIBRARY MAP HEADERS"""
import re
import subprocess
import sys

from symbols import declared, mapped

OF_WINDOWS = re.compile(r'KERNEL32|msvcrt|ucrtbase|api-ms-win-crt-[a-z0-9-]*', re.I)


def main(objdump, library, symbol_map, headers):
    said = subprocess.run([objdump, '-p', library], check=True, text=True, stdout=subprocess.PIPE).stdout
    needed = set(re.findall(r'DLL Name: (\S+)', said))
    # The table of names behind its heading: index, perhaps an ordinal and an address, and the name.
    names = said.split('[Ordinal/Name Pointer] Table', 1)[-1].split('\n\n', 1)[0]
    exported = set(re.findall(r'^\s*\[\s*\d+\].*\s(\w+)$', names, re.M))
    in_map, in_headers = mapped(symbol_map), declared(headers)
    tests = [
        ('the DLL exports what the map names', bool(in_map) and in_map <= exported, in_map - exported),
        ('the DLL exports what the headers declare, and nothing else', exported == in_headers,
         exported ^ in_headers),
        ('it needs some', bool(needed), needed),
        ('it needs none but those of Windows',
         all(OF_WINDOWS.fullmatch(dll.removesuffix('.dll')) for dll in needed), needed),
    ]
    print(f'1..{len(tests)}')
    for i, (name, holds, differ) in enumerate(tests, 1):
        print('ok' if holds else 'not ok', i, '-', name)
        for line in [] if holds else sorted(differ):
            print('#', line)


main(*sys.argv[1:])
