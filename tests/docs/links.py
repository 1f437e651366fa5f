"""What the README and the pages in docs link to and name, offline: every relative link and picture leads to a file, and
to a heading where it names one; from docs only to what the site has, too; every path in `code` and in
commands exists, or a script makes it; every test that `meson test` is said to run is one; what a page
installs is built for release; every picture is shown; every page is reached from the index and the index from
the README. Commands are not run. Prints TAP.
Usage: links.py SOURCE BUILD"""
import json
import pathlib
import re
import sys

LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)\)')
CODE = re.compile(r'`([^`\n]+(?:\n[^`\n]+)?)`')
FENCE = re.compile(r'^```.*?^```$', re.M | re.S)
INDENTED = re.compile(r'^ {4}(.*)$', re.M)
PLACES = ('tests/', 'examples/', 'lib/', 'include/', 'bindings/', 'docs/')


def slug(heading):
    """The name that GitHub gives to a heading."""
    return re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')


def headings(path):
    text = re.sub(r'^```.*?^```$', '', path.read_text(), flags=re.M | re.S)
    return {slug(h) for h in re.findall(r'^#+ (.*)$', text, re.M)}


def reference_faults(text):
    """A link [text][name] has its address in a line [name]: of its own."""
    known = set(re.findall(r'^\[(\w+)\]: \S+$', text, re.M))
    for name in set(re.findall(r'\]\[(\w+)\]', text)) - known:
        yield f'[{name}] has no address'


def split_faults(text):
    """The site's filter, links.sed, reads lines: a link must not go over the end of one."""
    for match in re.finditer(r'\[[^][\n]*\n[^][\n]*\]\([^)\s]*\)', text):
        yield f'"{match[0]}" goes over the end of a line'.replace('\n', ' ')


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


def commands(text):
    """What is in `code`, and the indented lines, without what is said beside them."""
    yield from (' '.join(code.split()) for code in CODE.findall(INDENTED.sub('', text)))
    yield from (re.split(r' {2,}|#', line)[0] for line in INDENTED.findall(text))


def path_faults(command, source, scripts):
    for word in command.split():
        word = word.split(':')[0]
        if word.startswith(PLACES) and not re.search(r'[*<>]|[A-Z]{4}', word) and \
                not (source / word).exists() and not (source / f'{word}.c').exists():
            yield f'`{command}`: there is no {word}'
        elif word.startswith('build-') and not all(
                re.search(rf'{re.escape(part)}\b', scripts) for part in (word.split('/')[0], word.split('/')[-1])):
            yield f'`{command}`: no script makes {word}'


def test_faults(command, tests):
    match = re.match(r'meson test -C build\b(.*)', command)
    if not match:
        return
    for suite in re.findall(r'--suite (\S+)', match[1]):
        if suite not in tests.suites:
            yield f'`{command}`: there is no suite {suite}'
    for name in re.sub(r'--suite \S+', '', match[1]).split():
        if name not in tests.names and tests.whole:
            yield f'`{command}`: there is no test {name}'


def install_faults(commands):
    """What is installed is built for release."""
    setup = ''
    for command in commands:
        if command.startswith('meson setup '):
            setup = command
        if 'meson install' in command and setup and '--buildtype=release' not in setup:
            yield f'`{setup}` is installed, and not built for release'


def size_faults(page, text):
    """The README says what its commands take."""
    section = text.partition('## Two commands')[2].partition('\n## ')[0]
    if page.name == 'README.md' and (len(re.findall(r'\d MB', section)) < 2 or len(re.findall(r'\d GB', section)) < 2):
        yield 'it does not say what its two commands download and take on disk'


def list_faults(text):
    """A number and a point at the start of a line within a paragraph begins a list."""
    for match in re.finditer(r'^(?![ *|#\d-]).+\n(\d+\. .*)$', text, re.M):
        yield f'a list begins at "{match[1]}"'


def reached(start):
    """Every page that links lead to from this one."""
    found, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall(FENCE.sub('', page.read_text())):
            target = (page.parent / link.partition('#')[0]).resolve()
            if target.suffix == '.md' and target.is_file() and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def unreached(source):
    index = source / 'docs' / 'index.md'
    found = reached(index)
    missing = [page.name for page in sorted(source.glob('docs/*.md')) if page.resolve() not in found]
    return missing + ([] if index.resolve() in reached(source / 'README.md') else ['the index, from the README'])


class Tests:
    """Those of a build, and those that the tests' meson.build name but that it may be without."""

    def __init__(self, source, build):
        text = ''.join(path.read_text() for path in (source / 'tests').rglob('meson.build'))
        there = json.loads((pathlib.Path(build) / 'meson-info' / 'intro-tests.json').read_text())
        self.names = {test['name'] for test in there} | set(re.findall(r"\btest\('([\w.]+)'", text))
        for names in re.findall(r"^foreach name : \[(.*?)\]", text, re.M | re.S):  # tests that need MPI, say
            self.names |= set(re.findall(r"'(\w+)'", names))
        # Without examples or Lua a build has not all the tests whose names are put together.
        self.whole = {'first_spike', 'lua5.4_module'} <= self.names
        self.suites = {suite.split(':')[-1] for test in there for suite in test['suite']}
        self.suites |= set(re.findall(r"\bsuite: \[?'(\w+)'", text))


def main(source, build):
    source = pathlib.Path(source).resolve()
    tests = Tests(source, build)
    scripts = ''.join(path.read_text() for folder in ('.ci', 'examples', 'tests')
                      for path in (source / folder).rglob('*.sh'))
    pages = [source / 'README.md'] + sorted(source.glob('docs/*.md'))
    linked, count = set(), 0
    for page in pages:
        text = FENCE.sub('', page.read_text())
        faults = [*link_faults(page, INDENTED.sub('', text), source), *list_faults(INDENTED.sub('', text)),
                  *reference_faults(INDENTED.sub('', text)), *split_faults(text), *size_faults(page, text)]
        faults += install_faults(commands(text))
        for command in commands(text):
            faults += [*path_faults(command, source, scripts), *test_faults(command, tests)]
        linked |= {(page.parent / link.partition('#')[0]).resolve() for link in LINK.findall(text)}
        count += 1
        print('not ok' if faults else 'ok', count, '-', page.relative_to(source))
        for fault in faults:
            print('#', fault)
    unused = [p.name for p in sorted(source.glob('docs/pictures/*.[ps][nv]g')) if p.resolve() not in linked]
    print('not ok' if unused else 'ok', count + 1, '- every picture is shown', *unused)
    lost = unreached(source)
    print('not ok' if lost else 'ok', count + 2, '- every page is reached from the index', *lost)
    print(f'1..{count + 2}')


main(*sys.argv[1:])
