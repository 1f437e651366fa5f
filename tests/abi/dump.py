"""The public ABI of a shared library, as libabigail's abidw sees it, without what is the library's own:
objects that are opaque keep their name only, and no path of the machine is left.
Usage: dump.py ABIDW LIBRARY HEADERS OUTPUT"""
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

OPTIONS = ['--no-corpus-path', '--no-comp-dir-path', '--no-show-locs', '--no-elf-needed',
           '--no-parameter-names', '--drop-undefined-syms', '--type-id-style', 'hash']


def public_structs(headers):
    text = ''.join(path.read_text() for path in pathlib.Path(headers).glob('*.h'))
    return set(re.findall(r'struct (izh_\w+)\s*\{', text))


def make_opaque(corpus, public):
    """abidw can do this by --headers-dir, but tells headers by their base names, and lib/ has a
    solver.h and a population.h, too."""
    for decl in corpus.iter('class-decl'):
        if decl.get('name') not in public:
            del decl[:]
            decl.attrib.pop('size-in-bits', None)
            decl.set('is-declaration-only', 'yes')


def references(element):
    return {e.get('type-id') for e in element.iter() if e.get('type-id')}


def is_symbol(element):
    return element.tag in ('function-decl', 'var-decl')


def drop_unused(corpus):
    """What is not exported, and types that nothing exported comes to by any path."""
    types = {e.get('id'): e for e in corpus.iter() if e.get('id')}
    used, left = set(), set()
    for unit in corpus.findall('abi-instr'):
        for element in list(unit):
            if element.get('elf-symbol-id'):
                left |= references(element)
            elif is_symbol(element):
                unit.remove(element)
    while left:
        name = left.pop()
        if name not in used:
            used.add(name)
            left |= references(types[name])
    for unit in corpus.findall('abi-instr'):
        for element in list(unit):
            if element.get('id') and element.get('id') not in used:
                unit.remove(element)


def dump(abidw, library, headers, output):
    text = subprocess.run([abidw, *OPTIONS, library], check=True, text=True, stdout=subprocess.PIPE).stdout
    corpus = ET.fromstring(text)
    make_opaque(corpus, public_structs(headers))
    drop_unused(corpus)
    for unit in corpus.findall('abi-instr'):
        unit.set('path', re.sub(r'^.*?(?=lib/)', '', unit.get('path')))
    ET.ElementTree(corpus).write(output, encoding='unicode')
    with open(output, 'a', encoding='ascii') as file:
        file.write('\n')


if __name__ == '__main__':
    dump(*sys.argv[1:])
