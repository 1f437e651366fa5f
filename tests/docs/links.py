"""Of the README and the pages in docs, offline: every relative link and picture leads to a file, and
to a heading where it names one; from docs only to what the site has, too; every path in `code` exists;
every test that `meson test` is said to run is one; every picture is shown. Prints TAP.
Usage: links.py SOURCE"""
import pathlib
import re
import sys

LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)\)')
CODE = re.compile(r'`([^`\n]+(?:\n[^`\n]+)?)`')
FENCE = re.compile(r'^```.*?^```$|^(?: {4}[^\n]*\n)+', re.M | re.S)
PLACES = ('tests/', 'examples/', 'lib/', 'include/', 'bindings/', 'docs/')


def slug(heading):
    """The name that GitHub gives to a heading."""
    return re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')


def headings(path):
    text = re.sub(r'^```.*?^```$', '', path.read_text(), flags=re.M | re.S)
    return {slug(h) for h in re.findall(r'^#+ (.*)$', text, re.M)}


def link_faults(page, text, source):
    for link in LINK.findall(text):
        if re.match(r'[a-z]+:', link):
            continue
        path, _, anchor = link.partition('#')
        target = (page.parent / path).resolve() if path else page
        if not target.is_file():
            yield f'{link} does not exist'
        elif anchor and anchor not in headings(target):
            yield f'{link}: there is no such heading'
        elif page.parent.name == 'docs' and not (
                target.parent == page.parent and target.suffix == '.md'
                or target.parent == page.parent / 'pictures'
                or target.parent == source / 'include' / 'izh'):
            yield f'{link} is not part of the site'


def code_faults(text, source):
    for code in CODE.findall(text):
        code = ' '.join(code.split())
        word = code.split()[0].split(':')[0]
        if word.startswith(PLACES) and not re.search(r'[*<>]|[A-Z]{4}', word) and \
                not (source / word).exists() and not (source / f'{word}.c').exists():
            yield f'`{code}`: there is no {word}'


def test_faults(text, names):
    for command in re.findall(r'meson\s+test\s+-C\s+build\s+([^`\n]*(?:\n[^`\n]+)?)`', text):
        for name in re.sub(r'--suite\s+\S+', '', command).split():
            program, _, rest = name.partition('_')  # such as lua5.4_golden
            if name not in names and not {program, rest} <= names:
                yield f'meson test {name}: there is no such test'


def list_faults(text):
    """A number and a point at the start of a line within a paragraph begins a list."""
    for match in re.finditer(r'^(?![ *|#\d-]).+\n(\d+\. .*)$', text, re.M):
        yield f'a list begins at "{match[1]}"'


def words_of(folder):
    """What the tests' meson.build have in quotes: names of tests, those too that are not built here."""
    return {word for path in folder.rglob('meson.build')
            for word in re.findall(r"'([\w.]+)'", path.read_text())}


def main(source):
    source = pathlib.Path(source).resolve()
    names = words_of(source / 'tests')
    pages = [source / 'README.md'] + sorted(source.glob('docs/*.md'))
    linked, count = set(), 0
    for page in pages:
        whole = page.read_text()
        text = FENCE.sub('', whole)
        faults = [*link_faults(page, text, source), *code_faults(text, source),
                  *test_faults(whole, names), *list_faults(text)]
        linked |= {(page.parent / link.partition('#')[0]).resolve() for link in LINK.findall(text)}
        count += 1
        print('not ok' if faults else 'ok', count, '-', page.relative_to(source))
        for fault in faults:
            print('#', fault)
    unused = [p.name for p in sorted(source.glob('docs/pictures/*')) if p.resolve() not in linked]
    print('not ok' if unused else 'ok', count + 1, '- every picture is shown', *unused)
    print(f'1..{count + 1}')


main(*sys.argv[1:])
