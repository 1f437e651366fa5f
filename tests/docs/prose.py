"""Words that read at first pass: no page, header, comment of the library or message has the constructions that
marked the old prose, and no sentence of a public header is longer than 40 words. Prints TAP.
Usage: prose.py SOURCE"""
import pathlib
import re
import sys

LONGEST = 40  # words
# Inverted sentences, riddles and German word order, each with what to write.
CONSTRUCTIONS = {
    r'\bsays? `?#?izh_\w+': 'write who does what: izh_x() says ...',
    r'(?<![Tt]here )\b(is|are) none\b(?! of)': 'say what does not exist or hold',
    r'\bwhere \w+ has (it|them|one|some) not\b': 'write "which has no ..."',
    r'\bha(s|ve|d) (it|them|one|some) not\b': 'write "has no ..."',
    r'\b(From|To|By|In) which \w+ (it|they|one) (is|are) \w+ says\b': 'begin with the subject',
    r'\bdoes nothing but\b.*\bsay\b': 'write "only says"',
    r'\b(knows?|takes?|gives?|says?|asks?) not\b(?! only| just)': 'write "does not ..."',
    r'\bof itself\b': 'write "by itself"',
    r'^[*<\s]*Of [a-z]': 'begin with the thing itself, or with what it does',
}


def prose_of_c(text):
    """The comments of a C file, each as one text with its line."""
    for match in re.finditer(r'/\*.*?\*/|//[^\n]*', text, re.S):
        words = re.sub(r'\n *\* ?', '\n', match[0].strip('/*'))
        yield text.count('\n', 0, match.start()) + 1, words


def prose_of_python(text):
    """The docstrings and comments of a Python file."""
    for match in re.finditer(r'"""(.*?)"""|(?<![^\s])#([^\n]*)', text, re.S):
        yield text.count('\n', 0, match.start()) + 1, match[1] or match[2] or ''


def prose_of_page(text):
    """The paragraphs of a page, without programs."""
    text = re.sub(r'^```.*?^```', lambda m: '\n' * m[0].count('\n'), text, flags=re.M | re.S)
    for match in re.finditer(r'[^\n]+(?:\n(?!\n)[^\n]+)*', text):
        yield text.count('\n', 0, match.start()) + 1, match[0]


def sentences(words):
    """Those of a comment: a blank line, a tag, a list's item, a row and a full stop end one."""
    words = re.sub(r'(?m)^    .*$', '', words)  # an example
    words = re.sub(r'(?m)^\s*(?=[-*|@] ?)', '. ', words)
    for sentence in re.split(r'(?<=[.;:!?])["\')]?\s+|\n\s*\n|/\*\*<|\|', words):
        yield ' '.join(sentence.split())


def faults(path, prose, length):
    for line, words in prose:
        flat = ' '.join(words.split())
        for pattern, instead in CONSTRUCTIONS.items():
            for match in re.finditer(pattern, flat):
                yield f'{path}:{line}: "{flat[max(0, match.start() - 30):match.end() + 20]}": {instead}'
        for sentence in sentences(words) if length else ():
            count = len(re.findall(r"[A-Za-z0-9_#'’]+", sentence))
            if count > length:
                yield f'{path}:{line}: {count} words: {sentence[:100]}...'


def files_of(root, *suffixes):
    """Those of tests, examples, bindings and packages, but for what others wrote and what releases had."""
    folders = [root / folder for folder in ('tests', 'examples', 'bindings', '.packaging')]
    return sorted(path for folder in folders for path in folder.rglob('*')
                  if path.suffix in suffixes and not {'baseline', 'node_modules', 'subprojects'} & set(path.parts)
                  and path.name != 'prose.py')


def main(source):
    root = pathlib.Path(source)
    groups = [
        ('public headers', sorted((root / 'include').rglob('*.h*')), prose_of_c, LONGEST),
        ('the library', sorted((root / 'lib').rglob('*.[ch]')), prose_of_c, None),
        ('programs', files_of(root, '.c', '.h', '.cpp', '.cs', '.js', '.mjs', '.ts'), prose_of_c, None),
        ('scripts in Python', files_of(root, '.py'), prose_of_python, None),
        ('pages', [root / 'README.md', *sorted((root / 'docs').glob('*.md')), *files_of(root, '.md')], prose_of_page, None),
    ]
    for number, (name, paths, read, length) in enumerate(groups, 1):
        found = [fault for path in paths
                 for fault in faults(path.relative_to(root), read(path.read_text()), length)]
        print('not ok' if found or not paths else 'ok', number, '-', f'{name}: {len(paths)} files')
        for fault in found:
            print('#', fault)
    print(f'1..{len(groups)}')


main(*sys.argv[1:])
