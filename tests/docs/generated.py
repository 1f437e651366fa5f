"""Figures in the pages that commands measured. A page holds what a command printed between two marks, the second of which
has the checksum of the lines between them:

    <!-- generated: COMMAND -->
    ...
    <!-- end: SHA-256, the first 16 digits -->

In the same way a page shows a part of what stands in another one, `<!-- view: NAME -->`. views.py says which part that is,
and which numbers in sentences are quoted from where.

    generated.py run COMMAND ARGUMENT...   runs it and writes what it prints; its scripts call this for --write
    generated.py write COMMAND... < TEXT   writes that; the environment may say --write's COMMIT, DATE, MACHINE and STATUS
    generated.py views                     makes all views and quotes anew, as run and write do at their end
    generated.py check                     for the tests: TAP
"""
import datetime
import hashlib
import os
import pathlib
import re
import subprocess
import sys

import views

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r'^<!-- (generated|view): ([^\n]*?) -->\n(.*?)^<!-- end: (\w+) -->', re.S | re.M)
MARK = re.compile(r'^<!-- (generated|view|end)\b', re.M)
TABLE = re.compile(r'^\|', re.M)


def pages():
    return [ROOT / 'README.md', *sorted(ROOT.glob('docs/*.md'))]


def digest(body):
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def blocks(text):
    """{(kind, name): body} of a page."""
    return {(kind, name): body for kind, name, body, _ in BLOCK.findall(text)}


def replace(text, kind, name, body):
    def put(match):
        if (match[1], match[2]) != (kind, name):
            return match[0]
        return f'<!-- {kind}: {name} -->\n{body}<!-- end: {digest(body)} -->'
    return BLOCK.sub(put, text)


def all_blocks():
    return {key: body for page in pages() for key, body in blocks(page.read_text()).items()}


# ---- what was measured, where ----


def output_of(*command):
    """Nothing where there is no such command."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return ''
    return done.stdout.strip()


def commit():
    known = output_of('git', '-C', ROOT, 'rev-parse', '--short', 'HEAD') or 'none'
    changed = output_of('git', '-C', ROOT, 'status', '--porcelain', '--untracked-files=no', '--', ':!docs', ':!README.md')
    return known + (' with changes' if changed else '')


def machine():
    """The processor, how many there are, and how busy they were when this began."""
    info = pathlib.Path('/proc/cpuinfo')
    model = re.search(r'^model name\s*: (.*)$', info.read_text() if info.exists() else '', re.M)
    compiler = (output_of('gcc', '--version').splitlines() or ['no gcc'])[0]
    return (f'{model[1] if model else "unknown processor"}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, '
            f'{re.sub(r" [(].*[)]", "", compiler)}')


def provenance(command, status):
    date = os.environ.get('DATE') or datetime.date.today().isoformat()
    where = os.environ.get('MACHINE') or machine()
    failed = f' **It failed, with status {status}.**' if status else ''
    return f'*Written by `{command}` on {date} at commit {os.environ.get("COMMIT") or commit()}: {where}.*{failed}\n\n'


def block_of(printed, about):
    """Tables of Markdown stay as they are; else it is a text of fixed width."""
    lines = [line.rstrip() for line in printed.strip('\n').splitlines()]
    body = '\n'.join(lines) + '\n'
    return about + (body if TABLE.search(body) else f'```text\n{body}```\n') + ('\n' if TABLE.search(body) else '')


def store(command, printed, about):
    """Into the page that has the block."""
    for page in pages():
        text = page.read_text()
        if ('generated', command) in blocks(text):
            page.write_text(replace(text, 'generated', command, block_of(printed, about)))
            return
    raise SystemExit(f'no page has a block "<!-- generated: {command} -->"')


# ---- views and quotes ----


def viewed(sources):
    """{name: body} of all views."""
    return {name: f'{about_of(sources[("generated", source)])}\n\n{make(sources[("generated", source)])}\n\n'
            for name, (source, make) in views.VIEWS.items() if sources.get(('generated', source))}


def about_of(body):
    """When and at which commit; the source's own page says the rest."""
    command, date, where = re.match(r'\*Written by `(.*)` on (\S+) at commit (.*?):', body).groups()
    return f'*By `{command}`, {date}, commit {where}.*'


def quoted(quote, sources):
    """The number as its source has it; None where that was never written."""
    body = sources.get(('generated', quote.source))
    return quote.read(body) if body else None


def put_number(match, number):
    """The match with another number in its group; as it was, for None."""
    first, end = (place - match.start() for place in match.span(1))
    return match[0] if number is None else match[0][:first] + number + match[0][end:]


def update():
    sources = all_blocks()
    for page in pages():
        text = old = page.read_text()
        for name, body in viewed(sources).items():
            text = replace(text, 'view', name, body)
        for quote in views.QUOTES:
            if quote.page == str(page.relative_to(ROOT)):
                number = quoted(quote, sources)
                text = re.sub(quote.pattern, lambda m, n=number: put_number(m, n), text)
        if text != old:
            page.write_text(text)


# ---- the test ----


def marks_faults(text):
    kinds = MARK.findall(text)
    if any((kind == 'end') != (k % 2 == 1) for k, kind in enumerate(kinds)) or len(kinds) % 2:
        yield 'its marks are no pairs'
    if len(BLOCK.findall(text)) * 2 != len(kinds):
        yield 'a mark is not as it should be'


def sum_faults(text):
    for kind, name, body, end in BLOCK.findall(text):
        if digest(body) != end:
            yield f'the {kind} block "{name}" was changed by hand: its checksum is {digest(body)} and not {end}'


def source_faults(text):
    for kind, name in blocks(text):
        if kind == 'generated' and not (ROOT / name.split()[0]).is_file():
            yield f'there is no {name.split()[0]}'
        if not blocks(text)[kind, name].strip():
            yield f'the {kind} block "{name}" is empty'
        if kind == 'view' and name not in views.VIEWS:
            yield f'views.py has no view "{name}"'


def view_faults(text, sources):
    made = viewed(sources)
    for (kind, name), body in blocks(text).items():
        if kind == 'view' and name in made and body != made[name]:
            yield f'the view "{name}" is not what its source says: generated.py views'


def quote_faults(page, text, sources):
    for quote in views.QUOTES:
        if quote.page != page:
            continue
        found = re.findall(quote.pattern, text)
        if not found:
            yield f'"{quote.pattern}" is not there'
        for number in found:
            if number != quoted(quote, sources):
                yield f'"{quote.pattern}" is {number}, measured was {quoted(quote, sources)}'


def unquoted(page, text):
    """Times and sizes in sentences, outside of blocks and programs, that no quote measures. Milliseconds are the neuron's
    everywhere but in the README's claims."""
    text = re.sub(r'^```(?s:.*?)^```|^ {4}.*$', '', BLOCK.sub('', text), flags=re.M)
    units = 'ns|us|µs|kB|KB'
    if page == 'README.md':
        text, units = text.partition('## Why')[2].partition('\n## ')[0], f'{units}|ms'
    spans = [match.span(1) for quote in views.QUOTES if quote.page == page for match in re.finditer(quote.pattern, text)]
    for match in re.finditer(rf'(?<![\w.])(\d[\d.]*(?:e-?\d+)?)\s(?:{units})\b', text):
        if match.span(1) not in spans and match[0] not in views.NOT_MEASURED.get(page, ()):
            yield f'{page}: "{text[max(0, match.start() - 30):match.end()]}": quoted from no block'


def blind(text):
    """What a changed digit in a block would not be found by."""
    for kind, name, body, _ in BLOCK.findall(text):
        digit = re.search(r'\d', body)
        if not digit:
            continue
        other = body[:digit.start()] + str(9 - int(digit[0])) + body[digit.end():]
        if not list(sum_faults(text.replace(body, other))):
            yield f'the block "{name}" may be changed unseen'


def check():
    sources, count = all_blocks(), 0
    twice = [key for key in sources if sum(key in blocks(page.read_text()) for page in pages()) > 1]
    unused = [name for name in views.VIEWS if ('view', name) not in sources]
    for page in pages():
        text, name = page.read_text(), str(page.relative_to(ROOT))
        if not MARK.search(text) and all(quote.page != name for quote in views.QUOTES):
            continue
        faults = [*marks_faults(text), *sum_faults(text), *source_faults(text), *view_faults(text, sources),
                  *quote_faults(name, text, sources), *blind(text)]
        count += 1
        print('not ok' if faults else 'ok', count, '-', name)
        for fault in faults:
            print('#', fault)
    own = [fault for page in pages() for fault in unquoted(str(page.relative_to(ROOT)), page.read_text())]
    if len(list(unquoted('docs', '    run\n\nA step takes 12 us.\n```c\n1 us\n```\nTwo take 24\nus.'))) != 2:
        own.append('times that nobody measured are not seen')
    print('not ok' if own else 'ok', count + 1, '- what a sentence says was measured is quoted')
    for fault in own:
        print('#', fault.replace('\n', ' '))
    count += 2
    print('not ok' if twice or unused or not sources else 'ok', count, '- each block and view has one place', *twice, *unused)
    print(f'1..{count}')


# ---- commands ----


def run(*command):
    name = ' '.join([os.path.relpath(command[0], ROOT), *command[1:]])
    if ('generated', name) not in all_blocks():
        raise SystemExit(f'no page has a block "<!-- generated: {name} -->": nothing was run')
    os.environ.setdefault('MACHINE', machine())  # before it is busy with this
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = ''
    for line in process.stdout:
        print(line, end='', flush=True)
        printed += line
    status = process.wait()
    store(name, printed, provenance(name, status))
    update()
    return status


def write(*command):
    name = ' '.join(command)
    store(name, sys.stdin.read(), provenance(name, int(os.environ.get('STATUS', 0))))
    update()


if __name__ == '__main__':
    actions = {'run': run, 'write': write, 'views': update, 'check': check}
    if len(sys.argv) < 2 or sys.argv[1] not in actions:
        raise SystemExit(__doc__)
    sys.exit(actions[sys.argv[1]](*sys.argv[2:]))
