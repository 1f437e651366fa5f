"""The programs in the pages run, and print what the pages say. Prints TAP.

A program is a fenced block of c, cpp, python or lua; what it prints is the next fenced block, of the
language text. In the README and docs/quickstart.md each such block is a program with its output; in the
other pages those are that have an output, or a main. A part of a program has, right above it, a comment that
readers do not see, with what it stands in; {} is its place, and it runs without an error:

    <!-- frame:
    #include <izh/izh.h>
    ...
    {}
    -->

A block that is neither is a failure, but for those of pages that another test runs (ELSEWHERE), and so is code that is
only indented.

Usage: snippets.py SOURCE WORK LANGUAGE=COMMAND...
COMMAND has {} for the file; a compiler's writes the program to {}.out. Programs of a language without a
command are skipped. The environment is the caller's."""
import ast
import difflib
import pathlib
import re
import shlex
import subprocess
import sys

FENCE = re.compile(r'^```([\w+-]*)[^\n]*\n(.*?)^```$', re.M | re.S)
FRAME = re.compile(r'<!-- frame:\n((?:(?!-->).)*)-->\s*$', re.S)
CALL = re.compile(r'^ {4}.*\bizh(?:_\w+|\.\w+[\w.]*)\(', re.M)
# Pages whose blocks of Python another test executes.
ELSEWHERE = {'docs/from-brian2.md': 'tests/bindings/ecosystem/test_from_brian2.py',
             'docs/pynn.md': 'tests/bindings/ecosystem/test_pynn.py'}
SUFFIX = {'c': '.c', 'cpp': '.cpp', 'python': '.py', 'lua': '.lua'}
# Pages each of whose blocks is a program, and the languages that it must have.
STRICT = {'README.md': {'c', 'python'}, 'docs/quickstart.md': set(SUFFIX)}
LIMIT = 120  # s


def programs(page, text):
    """(line, language, program, what it prints, whether it is a part of one) of each block of a page. What it prints
    is None where the page does not say."""
    blocks = [(m, text.count('\n', 0, m.start()) + 1) for m in FENCE.finditer(text)]
    for k, (match, line) in enumerate(blocks):
        language, body = match[1], match[2]
        if language not in SUFFIX:
            continue
        after = blocks[k + 1][0] if k + 1 < len(blocks) else None
        output = after[2] if after and after[1] == 'text' else None
        frame = FRAME.search(text, 0, match.start())
        if frame:
            body = frame[1].replace('{}', body)
        if frame or output is not None or page not in ELSEWHERE or language != 'python':
            yield line, language, body, output, bool(frame)


def stray(text):
    """Lines of code outside of fenced blocks, which nothing runs."""
    return [match[0].strip() for match in CALL.finditer(FENCE.sub('', re.sub(r'<!--.*?-->', '', text, flags=re.S)))]


def holds(node, known, name):
    """Whether an expression has a string that ends with the page's name, or a name known to stand for what comes of it."""
    return any(isinstance(part, ast.Name) and part.id in known or
               isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith(name)
               for part in ast.walk(node))


def given(tree):
    """(names, expressions that they come from) of what a program assigns, repeats over and returns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield node.targets, [node.value]
        elif isinstance(node, (ast.For, ast.comprehension)):
            yield [node.target], [node.iter]
        elif isinstance(node, ast.FunctionDef):
            yield [ast.Name(node.name)], [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value]


def first_of(tree, function):
    """The first argument of each call of a function."""
    return [node.args[0] for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == function and node.args]


def executes(program, name):
    """Whether a program in Python gives to exec() what comes of the page of this name; to say its name is not enough."""
    tree, known, before = ast.parse(program), set(), None
    while before != len(known):
        before = len(known)
        for targets, values in given(tree):
            if any(holds(value, known, name) for value in values):
                known.update(part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return any(holds(code, known, name) for code in first_of(tree, 'exec') for code in [*first_of(code, 'compile'), code][:1])


# Programs that execute page.md, and programs that do not.
EXECUTE = ["exec(open('docs/page.md').read())", "PAGE = F / 'page.md'\ndef f():\n    a = PAGE.read_text()\n    return a\n"
           "for part in f():\n    exec(compile(part, '', 'exec'))"]
EXECUTE_NOT = ['"""The program of page.md."""', "text = open('page.md').read()\nexec('x = 1')",
               "# exec(open('page.md').read())", "text = open('other.md').read()\nexec(text)"]


def run(command, folder):
    """What a command prints; an AssertionError where it fails."""
    done = subprocess.run(command, cwd=folder, timeout=LIMIT, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode or done.stderr:
        raise AssertionError(f'{shlex.join(command)}: status {done.returncode}\n{done.stderr}')
    return done.stdout


def check(path, language, command, output, part):
    """Runs the program at path."""
    if output is None and not part:
        raise AssertionError('the page does not show what it prints, a block of ```text, nor has a frame')
    words = [word.replace('{}', str(path)) for word in shlex.split(command)]
    printed = run(words, path.parent)
    if language in ('c', 'cpp'):
        printed = run([f'{path}.out'], path.parent)
    if output is not None and printed != output:
        raise AssertionError('\n'.join(difflib.unified_diff(
            output.splitlines(), printed.splitlines(), 'the page', 'the program', lineterm='')))


def main(source, work, *arguments):
    commands = dict(a.split('=', 1) for a in arguments)
    source, work = pathlib.Path(source), pathlib.Path(work)
    pages = ['README.md'] + [f'docs/{p.name}' for p in sorted(source.glob('docs/*.md'))]
    work.mkdir(parents=True, exist_ok=True)
    count = 0
    for page in pages:
        text = (source / page).read_text()
        found = list(programs(page, text))
        for line, language, body, output, part in found:
            count += 1
            name = f'{page}, line {line}: {language}'
            if not commands.get(language):
                print(f'ok {count} - {name} # SKIP not built', flush=True)
                continue
            path = work / f'{pathlib.Path(page).stem}_{line}{SUFFIX[language]}'
            path.write_text(body)
            try:
                check(path, language, commands[language], output, part)
                print(f'ok {count} - {name}', flush=True)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                print(f'not ok {count} - {name}')
                print(''.join(f'# {said}\n' for said in str(error).splitlines()), end='', flush=True)
        if page in STRICT:
            count += 1
            missing = sorted(STRICT[page] - {language for _, language, *_ in found})
            print('not ok' if missing else 'ok', count, '-',
                  f'{page} has a program in each language', *missing)
        if stray(text):
            count += 1
            print('not ok', count, '-', f'{page}: code outside of fenced blocks:', *stray(text))
    for page, test in ELSEWHERE.items():
        count += 1
        known = (source / test).exists() and executes((source / test).read_text(), pathlib.Path(page).name)
        print('ok' if known else 'not ok', count, '-', f'{test} executes what it reads in {page}')
    count += 1
    wrong = [text for text in EXECUTE + EXECUTE_NOT if executes(text, 'page.md') != (text in EXECUTE)]
    print('not ok' if wrong else 'ok', count, '- what executes a page is told from what names it', *map(repr, wrong))
    print(f'1..{count}')


main(*sys.argv[1:])
