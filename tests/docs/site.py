"""The site: Doxygen makes it without a warning, it has every page and every header, and every link and
picture in it leads somewhere. Prints TAP. Usage: site.py DOXYGEN DOXYFILE SOURCE"""
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links and the names of anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ('href', 'src', 'data') and value:
                self.links.add(value)
            elif key in ('id', 'name') and value:
                self.names.add(value)


def make(doxygen, doxyfile, folder):
    """What Doxygen says, and its status."""
    config = pathlib.Path(doxyfile).read_text() + f'\nOUTPUT_DIRECTORY = "{folder}"\n'
    done = subprocess.run([doxygen, '-'], input=config, text=True, timeout=100,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.splitlines()


def broken(pages, folder):
    for name, page in sorted(pages.items()):
        for link in sorted(page.links):
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            path = urllib.parse.unquote(parts.path) or name
            if not (folder / path).is_file():
                yield f'{name}: {link}'
            elif parts.fragment and path in pages and parts.fragment not in pages[path].names:
                yield f'{name}: {link}: no such place'


def page_of(name):
    """Which page of docs a file is, "-" as "_". Doxygen 1.9.8 and later write "_2" for "/" and keep "-"."""
    return re.sub('^md_docs_2?', '', name.removesuffix('.html')).replace('-', '_')


def leftovers(folder):
    """What of the pages' Markdown Doxygen did not take for such."""
    for path in sorted([*folder.glob('md_docs_*.html'), *folder.glob('index.html')]):
        text = re.sub(r'<(pre|code|script)\b.*?</\1>|<div class="fragment">.*?<!-- fragment -->', '',
                      path.read_text(), flags=re.S)
        for found in re.findall(r'.{0,30}(?:\*\*|```|\]\().{0,30}', text):
            yield f'{path.name}: {found}'


def searched(folder, *words):
    """Those that the site's search box does not find."""
    index = ' '.join(path.read_text() for path in folder.glob('search/*.js'))
    start = folder / 'index.html'
    box = start.is_file() and re.search(r'MSearchField|new SearchBox\(', start.read_text())
    return [word for word in words if word not in index] + ([] if box else ['there is no box'])


def main(doxygen, doxyfile, source):
    source = pathlib.Path(source).resolve()
    with tempfile.TemporaryDirectory() as work:
        status, said = make(doxygen, doxyfile, work)
        folder = pathlib.Path(work, 'html')
        pages = {p.name: Page(p.read_text()) for p in sorted(folder.glob('*.html'))}
        text = ' '.join(p.read_text() for p in folder.glob('*.html'))
        links = list(broken(pages, folder))
        left = list(leftovers(folder))
        unfound = searched(folder, 'izh_solver_run', 'izh_network_connect', 'IZH_E_RESET', 'Glossary')
        made = {page_of(name) for name in pages}
        missing = [p.name for p in source.glob('docs/*.md')
                   if p.name != 'index.md' and p.stem.replace('-', '_') not in made]
        missing += [p.name for p in source.glob('include/izh/*.h') if f'{p.stem}_8h.html' not in pages]
        missing += [p.name for p in source.glob('docs/pictures/*.[ps][nv]g') if not (folder / p.name).is_file()]
    tests = [
        ('Doxygen has nothing to complain of', status == 0 and not said, said),
        ('it has every page, header and picture', bool(pages) and not missing, missing),
        ('every link and picture leads somewhere', not links, links),
        ('the pages are text, not Markdown', not left, left),
        ('its search box finds functions, constants and pages', not unfound, unfound),
        ('it names no place on this machine', str(source) not in text, [str(source)]),
    ]
    print(f'1..{len(tests)}')
    for i, (name, holds, faults) in enumerate(tests, 1):
        print('ok' if holds else 'not ok', i, '-', name)
        if not holds:
            print(''.join(f'# {fault}\n' for fault in faults), end='')


main(*sys.argv[1:])
