"""The programs in the pages run, and print what the pages say. Prints TAP.

A program is a fenced block of c, cpp, python or lua; what it prints is the next fenced block, of the
language text. In the README and docs/quickstart.md each such block is a program with its output; in the
other pages those are that have an output, or a main. Parts of programs are checked nowhere.

Usage: snippets.py SOURCE WORK LANGUAGE=COMMAND...
COMMAND has {} for the file; a compiler's writes the program to {}.out. Programs of a language without a
command are skipped. The environment is the caller's."""
import difflib
import pathlib
import re
import shlex
import subprocess
import sys

FENCE = re.compile(r'^```([\w+-]*)[^\n]*\n(.*?)^```$', re.M | re.S)
SUFFIX = {'c': '.c', 'cpp': '.cpp', 'python': '.py', 'lua': '.lua'}
# Pages each of whose blocks is a program, and the languages that it must have.
STRICT = {'README.md': {'c', 'python'}, 'docs/quickstart.md': set(SUFFIX)}
LIMIT = 120  # s


def programs(page, text):
    """(line, language, program, what it prints or None) of each program of a page."""
    blocks = [(text.count('\n', 0, m.start()) + 1, m[1], m[2]) for m in FENCE.finditer(text)]
    for (line, language, body), after in zip(blocks, blocks[1:] + [(0, '', '')]):
        if language not in SUFFIX:
            continue
        output = after[2] if after[1] == 'text' else None
        if page in STRICT or output is not None or re.search(r'\bint main\(', body):
            yield line, language, body, output


def run(command, folder):
    """What a command prints; an AssertionError where it fails."""
    done = subprocess.run(command, cwd=folder, timeout=LIMIT, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode or done.stderr:
        raise AssertionError(f'{shlex.join(command)}: status {done.returncode}\n{done.stderr}')
    return done.stdout


def check(path, language, command, output):
    """Runs the program at path."""
    if output is None:
        raise AssertionError('the page does not show what it prints: a block of ```text')
    words = [word.replace('{}', str(path)) for word in shlex.split(command)]
    printed = run(words, path.parent)
    if language in ('c', 'cpp'):
        printed = run([f'{path}.out'], path.parent)
    if printed != output:
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
        for line, language, body, output in found:
            count += 1
            name = f'{page}, line {line}: {language}'
            if not commands.get(language):
                print(f'ok {count} - {name} # SKIP not built', flush=True)
                continue
            path = work / f'{pathlib.Path(page).stem}_{line}{SUFFIX[language]}'
            path.write_text(body)
            try:
                check(path, language, commands[language], output)
                print(f'ok {count} - {name}', flush=True)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                print(f'not ok {count} - {name}')
                print(''.join(f'# {said}\n' for said in str(error).splitlines()), end='', flush=True)
        if page in STRICT:
            count += 1
            missing = sorted(STRICT[page] - {language for _, language, _, _ in found})
            print('not ok' if missing else 'ok', count, '-',
                  f'{page} has a program in each language', *missing)
    print(f'1..{count}')


main(*sys.argv[1:])
