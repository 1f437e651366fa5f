"""The public headers document what they declare: each struct says whether it may change, each function is
marked safe in real time or not and names the mark's conditions, each callback says which thread calls it, each
header which version it came with and what holds for threads. Each function that is marked as allocating is in the table
of docs/real-time.md. Each function says what its parameters are, but for
its object, for results, and for those that izh.h explains for all headers; and what it returns, but for a status,
which izh.h explains, too. Comments are not more than 55 % of the headers' lines. Prints TAP.
Usage: headers.py HEADERS"""
import pathlib
import re
import sys

COMMENT = re.compile(r'/\*\*(?!<)(.*?)\*/', re.S)
ITEM = re.compile(r'^(?:#define (?P<macro>IZH_\w+)(?!\w)|'
                  r'typedef struct (?P<struct>izh_\w+) \{|'
                  r'typedef struct (?P<opaque>izh_\w+) izh_\w+;|'
                  r'typedef \w+ (?P<callback>izh_\w+_fn)\(|'
                  r'typedef \w+ (?P<number>izh_\w+);|'
                  r'IZH_API [^;(]*?(?P<function>izh_\w+)\()', re.M)
UNDOCUMENTED = {'IZH_API'}  # for the library itself; include guards have no value


OBJECT = re.compile(r'(?:const )?izh_(\w+) \*(\w+)$')
RESULT = re.compile(r'(?!const )(?!.*_fn \*)\w+ \*+\w+$')  # a pointer that is not const
SAYS_WHAT = ('The ', 'How ', 'When ', 'Where ', 'Whether ', 'What ', 'Saves ')
MOST_COMMENT = 55  # %


def parameters(text, start):
    """The names of a function's parameters, without its object (izh_solver *solver) and results."""
    inside = ' '.join(text[text.index('(', start) + 1:text.index(');', start)].split())
    for parameter in inside.split(',') if inside != 'void' else ():
        match = OBJECT.search(parameter.strip())
        name = re.search(r'(\w+)(\[\d*\])*$', parameter.strip())[1]
        if not (match and match[1] == match[2]) and not RESULT.match(parameter.strip()):
            yield name


def explained(comment):
    """The parameters that a comment explains, as `name` or by @param, which may name several."""
    return set(re.findall(r'`(\w+)`', comment)) | {
        name for names in re.findall(r'@param ([\w,]+)', comment) for name in names.split(',')}


def comment_lines(text):
    """How many lines that are not blank begin with a comment or lie in one, and how many there are."""
    comments = lines = inside = 0
    for line in text.splitlines():
        comments += bool(line.strip()) and bool(inside or re.match(r'\s*/[*/]', line))
        lines += bool(line.strip())
        for mark in re.findall(r'/\*|\*/', line):
            inside = mark == '/*'
    return comments, lines


def comment_before(text, start):
    """The comment that ends right before `start`, or the one behind a macro on its line."""
    line = text[start:text.index('\n', start)]
    if '/**<' in line:
        return line
    comment = None
    for comment in COMMENT.finditer(text, 0, start):
        pass
    return comment[1] if comment and not text[comment.end():start].strip() else ''


def items(text):
    """(kind, name, declaration, comment) of each public item."""
    for match in ITEM.finditer(text):
        kind, name = match.lastgroup, match[match.lastgroup]
        if name in UNDOCUMENTED or name.endswith('_H'):
            continue
        yield kind, name, match[0], comment_before(text, match.start())


def faults(kind, declaration, comment):
    flat = ' '.join(re.sub(r'^\s*\*', '', comment, flags=re.M).split())
    if not flat:
        yield 'has no comment'
    if kind == 'struct' and not re.search(r'Frozen\.|Versioned', flat):
        yield 'is neither Frozen nor Versioned'
    if kind == 'opaque' and 'Opaque' not in flat:
        yield 'is not said to be opaque'
    if kind == 'callback' and 'thread' not in flat:
        yield 'does not say from which thread it is called'
    if (kind == 'function' and not re.search(r'^IZH_API (IZH_\w+ )*(void|izh_status) ', declaration)
            and '@return' not in flat and not flat.startswith(SAYS_WHAT)):
        yield 'does not say what it returns'
    if kind == 'function' and not re.search('IZH_(REALTIME|ALLOCATES|RELEASES)', declaration):
        yield 'is not marked safe in real time or not'


def main(folder):
    count = 0
    common = (pathlib.Path(folder) / 'izh.h').read_text()
    everywhere = explained(common[:common.index('*/')])
    for path in sorted(pathlib.Path(folder).glob('*.h')):
        text = path.read_text()
        bad = [f'{match["function"]} does not say what {name} is'
               for match in ITEM.finditer(text) if match['function']
               for name in parameters(text, match.start())
               if name not in everywhere | explained(comment_before(text, match.start()))]
        bad += [f'{name} {fault}' for kind, name, declaration, comment in items(text)
               for fault in faults(kind, declaration, comment)]
        about = text[:text.index('*/')]
        if not re.search(r'^ \* Threads', about, re.M):
            bad.append('the comment of the file does not say what holds for threads')
        if path.name != 'izh.h' and not re.search(r'^ \* Since \d+\.\d+', about, re.M):
            bad.append('the comment of the file does not say which version it came with')
        number = sum(1 for _ in items(text))
        if not number and path.name != 'izh.h':
            bad.append('nothing is declared')
        count += 1
        print('not ok' if bad else 'ok', count, '-', f'{path.name}: {number} items')
        for line in bad:
            print('#', line)
    page = (pathlib.Path(folder).parents[1] / 'docs' / 'real-time.md').read_text()
    marked = sorted({match['function'] for path in pathlib.Path(folder).glob('*.h') for match in ITEM.finditer(path.read_text())
                     if match['function'] and 'IZH_ALLOCATES' in match[0]})
    missing = [name for name in marked if f'`{name}()`' not in page]
    count += 1
    print('ok' if marked and not missing else 'not ok', count, '-', f'docs/real-time.md names {len(marked)} functions that allocate',
          *missing)
    comments, lines = map(sum, zip(*(comment_lines(path.read_text()) for path in pathlib.Path(folder).glob('*.h'))))
    share = 100 * comments / lines
    count += 1
    print('ok' if share <= MOST_COMMENT else 'not ok', count, '-', f'{share:.1f} % of {lines} lines are comments')
    print(f'1..{count}')
    sys.exit(count == 0)


main(*sys.argv[1:])
