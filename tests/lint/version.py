"""The version is one: meson.build says it, and whatever else has to say it says the same. A release renews it in the
places that this names. Prints TAP. Usage: version.py SOURCE"""
import pathlib
import re
import subprocess
import sys

# Files that state the version, each by a pattern; `minor` is what an older patch is compatible with.
PLACES = [
    ('bindings/python/izh/_version.py', r'__version__ = "(.*)"', 'version'),
    ('bindings/lua/izh-{version}-1.rockspec', r'version = "(.*)-1"', 'version'),
    ('.packaging/debian/changelog', r'\Alibizh \((.*)-\d+\)', 'version'),
    ('.packaging/debian/libizh0.symbols', r'IZH_([\d.]+) [\d.]+\n*\Z', 'minor'),
    ('docs/changelog.md', r'\n## ([\d.]+)', 'version'),
    ('lib/libizh.map', r'(?s).*\nIZH_([\d.]+) {', 'minor'),
    ('include/izh/status.h', r'#define IZH_VERSION_MAJOR (\d+)', 'major'),
    ('include/izh/status.h', r'#define IZH_VERSION_MINOR (\d+)', 'second'),
    ('include/izh/status.h', r'#define IZH_VERSION_PATCH (\d+)', 'patch'),
]
# What names it in passing, in any file.
MENTIONS = [
    (r'\bizh-(\d+\.\d+\.\d+)', 'version'),
    (r'(?<!libizh\.)\bizh (\d+\.\d+\.\d+)', 'version'),
    (r'libizh\.so\.(\d+\.\d+\.\d+)', 'version'),
    (r'(?:such as|izh\.version\(\)`? ?[:|]) `?"(\d+\.\d+\.\d+)"', 'version'),
    (r'find_package\(izh (\d+\.\d+)', 'minor'),
]


def forms(version):
    major, second, patch = version.split('.')
    return {'version': version, 'minor': f'{major}.{second}', 'major': major, 'second': second, 'patch': patch}


def in_git(root):
    """Each name that git has; none without git, and in an unpacked release, which has no repository."""
    try:
        listed = subprocess.run(['git', '-C', root, 'ls-files', '-z'], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return []
    names = listed.stdout.split('\0')
    return names if listed.returncode == 0 and 'meson.build' in names else []


def in_folders(root):
    folders = [root / folder for folder in ('docs', 'lib', 'include', 'bindings', 'examples', 'tests', '.packaging')]
    paths = [*root.iterdir(), *(path for folder in folders for path in folder.rglob('*'))]
    return [str(path.relative_to(root)) for path in paths]


def texts(root):
    """Each file of the project."""
    for name in sorted(in_git(root) or in_folders(root)):
        path = root / name
        ours = 'baseline' not in pathlib.PurePath(name).parts and path != pathlib.Path(__file__).resolve()
        if ours and path.is_file() and not path.is_symlink():
            yield name, path.read_bytes().decode(errors='replace')


def wrong_places(root, known):
    for name, pattern, form in PLACES:
        path = root / name.format(**known)
        match = re.search(pattern, path.read_text()) if path.exists() else None
        if not match or match[1] != known[form]:
            yield f'{path.relative_to(root)}: {match[1] if match else "nothing"}, not {known[form]}'


def mentions(root):
    for name, text in texts(root):
        for pattern, form in MENTIONS:
            for match in re.finditer(pattern, text):
                yield name, text.count('\n', 0, match.start()) + 1, match, form


def main(source):
    root = pathlib.Path(source).resolve()
    known = forms(re.search(r"version: '(\d+\.\d+\.\d+)'", (root / 'meson.build').read_text())[1])
    found = list(mentions(root))
    results = [
        ('each file that states it', list(wrong_places(root, known))),
        (f'{len(found)} mentions', [f'{name}:{line}: {match[0]}' for name, line, match, form in found
                                    if match[1] != known[form]] if len(found) > 5 else ['too few']),
    ]
    print(f'1..{len(results)}')
    for number, (name, bad) in enumerate(results, 1):
        print('not ok' if bad else 'ok', number, '-', f'{known["version"]}: {name}')
        for line in bad:
            print('#', line)


main(*sys.argv[1:])
