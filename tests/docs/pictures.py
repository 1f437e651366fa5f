"""The pages' pictures and those of the examples, as gnuplot or a program drew them: which script draws each, that they
are not older than the programs, and what can be read off an SVG: no text lies over another, over a legend's
line or beyond the edge; colours differ, and stand out from white; axes grow to the right and upwards.
Prints TAP. Usage: pictures.py SOURCE IZH-DRIFT IZH-PATTERNS IZH-PINN IZH-COMPARE"""
import collections
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = []


def test(name, faults):
    faults = list(faults)
    TESTS.append(not faults)
    print('not ok' if faults else 'ok', len(TESTS), '-', name)
    for fault in faults:
        print('#', fault)


# ---- what is in an SVG ----

GROUP = re.compile(r'<g transform="translate\(([-\d.]+),([-\d.]+)\)( rotate\((-?[\d.]+)\))?"[^>]*?'
                   r'font-size="([\d.]+)"\s+text-anchor="(\w+)">\s*<text>(.*?)</text>', re.S)
# Texts in SVGs of a program's own, where the whole picture has one size of letters and one anchor.
PLAIN = re.compile(r'<text x="([-\d.]+)" y="([-\d.]+)">([^<]*)</text>')
ROOT = re.compile(r'<svg [^>]*font-size="([\d.]+)"[^>]*text-anchor="(\w+)"')
PLOT = re.compile(r'<g id="gnuplot_plot_\d+\w?" ?><title>(.*?)</title>(.*?)(?=<g id="gnuplot_plot_|</svg>)', re.S)
ENTITIES = {'&lt;': '<', '&gt;': '>', '&amp;': '&', '&#160;': ' '}

Text = collections.namedtuple('Text', 'string left top right bottom anchor x y')


def groups(svg):
    yield from ((x, y, angle, size, anchor, inner) for x, y, _, angle, size, anchor, inner in GROUP.findall(svg))
    for size, anchor in ROOT.findall(svg):
        yield from ((x, y, '', size, anchor, inner) for x, y, inner in PLAIN.findall(svg))


def texts(svg):
    """Each text and its box, by letters of .55 of their height, which is rather less than they have."""
    for x, y, angle, size, anchor, inner in groups(svg):
        x, y, size = float(x), float(y), float(size)
        parts = re.findall(r'<tspan([^>]*)>([^<]*)</tspan>', inner) or [('', inner)]
        string = ''.join(('^' if 'dy="-' in span else '') + part for span, part in parts)
        for entity, letter in ENTITIES.items():
            string = string.replace(entity, letter)
        if not string.strip():
            continue
        width = sum(.55 * len(part) * float((re.findall(r'font-size="([\d.]+)', span) or [size])[0])
                    for span, part in parts)
        start = x - {'start': 0, 'middle': .5, 'end': 1}[anchor] * width
        box = start, y - .7 * size, start + width, y + .15 * size
        if angle and float(angle) != 0:  # -90 degrees: upwards from (x, y)
            box = x - .7 * size, y - (start + width - x), x + .15 * size, y - (start - x)
        yield Text(string, *box, anchor, x, y)


def legend(svg):
    """(name, its text, its line's ends and height, colour, dashes) of each curve in a legend. A curve that has no
    name there is named after its file, in quotes, and its group may hold a text of the axes."""
    for name, inner in PLOT.findall(svg):
        if name.startswith("'"):
            continue
        text = next(texts(inner), None)
        line = re.search(r"<path stroke='rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)'\s*(stroke-dasharray='[^']*')?[^>]*?"
                         r"d='M([\d.]+),([\d.]+) L([\d.]+),([\d.]+)", inner)
        if name and text and line and abs(float(line[6]) - text.y) < 10:
            yield (name, text, (float(line[5]), float(line[7]), float(line[6])),
                   tuple(int(line[i]) for i in (1, 2, 3)), line[4] or '')


def size_of(svg):
    match = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    return int(match[1]), int(match[2])


# ---- what is wrong with it ----


def placement_faults(svg):
    width, height = size_of(svg)
    found = list(texts(svg))
    if not found:
        yield 'no text was found'
    for a in found:
        if a.left < 0 or a.top < 0 or a.right > width or a.bottom > height:
            yield f'"{a.string}" runs over the edge'
    for i, a in enumerate(found):
        for b in found[:i]:
            if min(a.right, b.right) - max(a.left, b.left) > 1 and min(a.bottom, b.bottom) - max(a.top, b.top) > 1:
                yield f'"{a.string}" lies over "{b.string}"'
    for name, text, (left, right, y), _, _ in legend(svg):
        for a in found:
            if a[:5] != text[:5] and a.left < right and a.right > left and a.top < y < a.bottom:
                yield f'"{a.string}" lies over the line of "{name}"'


def luminance(colour):
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= .03928 else ((c + .055) / 1.055) ** 2.4 for c in parts]
    return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2]


def colour_faults(svg):
    seen = {}
    for name, _, _, colour, dashes in legend(svg):
        other = seen.setdefault((colour, dashes), name)
        if other != name:
            yield f'{name} and {other} have one colour'
        # The wide grey line under a curve may be pale.
        if 1.05 / (luminance(colour) + .05) < 2 and len(set(colour)) > 1:
            yield f'{name} does not stand out from white'


def axis_faults(svg):
    """What is wrong with logarithmic axes, by their labels."""
    labels = [(int(text.string[3:]), text) for text in texts(svg) if re.fullmatch(r'10\^-?\d+', text.string)]
    for axis, anchor, place in (('x', 'middle', lambda t: t.x), ('y', 'end', lambda t: -t.y)):
        rows = collections.defaultdict(list)
        for exponent, text in labels:
            if text.anchor == anchor:
                rows[round(text.y if axis == 'x' else text.x)].append((place(text), exponent))
        for row in rows.values():
            panel = [exponent for _, exponent in sorted(row)]
            if len(rows) == 1 and panel != sorted(panel):
                yield f'its {axis} axis runs backwards'


def check_svg(name, svg):
    test(f'{name}: texts have their places', placement_faults(svg))
    test(f'{name}: colours differ and stand out; axes grow', [*colour_faults(svg), *axis_faults(svg)])


# ---- drawn now ----


def draw(program, script, folder, *options):
    folder.mkdir()
    said = subprocess.run([program, '--data', folder, *options], check=True, stdout=subprocess.PIPE, text=True)
    subprocess.run(['gnuplot', '-d', script], cwd=folder, check=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    return said.stdout


def stale_faults(old, new):
    """Other programs of the same name may set the same text elsewhere, so that only one version's lines are compared."""
    if [t.string for t in texts(old)] != [t.string for t in texts(new)]:
        ours, theirs = (collections.Counter(t.string for t in texts(svg)) for svg in (old, new))
        yield f'gone: {sorted((ours - theirs).elements())}, new: {sorted((theirs - ours).elements())}'
    version = re.compile(r'Produced by GNUPLOT [^\n]*')
    if version.findall(old) == version.findall(new) and old != new:
        yield 'its lines are others than those drawn now'


def pattern_faults(svg, panels):
    """panels: what izh-patterns wrote for pictures.gp."""
    found = collections.Counter(text.string for text in texts(svg))
    count = panels.count('n = n + 1')
    if not count or found['50 mV'] != count:
        yield f"{found['50 mV']} bars of 50 mV in {count} panels"
    levels = re.findall(r'low\[n\] = (\S+); high\[n\] = (\S+)', panels)
    for level, times in collections.Counter(x for pair in levels for x in set(pair)).items():
        if found[level] < times:
            yield f'the current {level} is at {found[level]} of {times} panels'
    if len(levels) != count:
        yield 'not every panel has a current'
    if not re.search(r'its scale at the right in (pA|mV/ms);', ' '.join(found)):
        yield 'the current has no unit'


# ---- pinn ----

EXACT = [201.0224709569527329, 348.8095578693403655, 496.6640773642638478,
         644.5185823306922809, 792.3730873002390488, 940.2275922697851474]


def read(path):
    return [tuple(map(float, line.split())) for line in path.read_text().splitlines() if line[0] != '#']


def peak_faults(path, times=None):
    """A top is a point that is above both of its neighbours, and above 0 mV: all are the neuron's peak."""
    rows = read(path)
    tops = [rows[i] for i in range(1, len(rows) - 1) if rows[i][1] > 0 and rows[i - 1][1] < rows[i][1] > rows[i + 1][1]]
    low = [t for t, v, *_ in tops if abs(v - 35) > 1e-6]
    if not tops or low:
        yield f'{path.name}: {len(low)} of {len(tops)} tops are not at 35 mV: {low[:6]}'
    if times and not (len(tops) == len(times) and all(abs(top[0] - t) < 1e-6 for top, t in zip(tops, times))):
        yield f'{path.name}: tops at {[top[0] for top in tops]}'


def zero_faults(data, svg):
    """No value that is zero is drawn as a small one."""
    values = [row[1] for row in read(data)]
    least = min(v for v in values if v > 0)
    labels = [int(t.string[3:]) for t in texts(svg) if re.fullmatch(r'10\^-\d+', t.string)]
    if 0 not in values:
        yield f'{data.name} has no zero: this test shows nothing'
    if not labels or min(labels) < math.floor(math.log10(least)) - 1:
        yield f'the axis goes down to 10^{min(labels, default=None)}, the least value is {least}'


# ---- all of it ----


def main(source, drift, patterns, pinn, compare):
    source = pathlib.Path(source).resolve()
    folder = source / 'docs' / 'pictures'
    listed = subprocess.run(['sh', folder / 'draw.sh', '--list'], check=True, stdout=subprocess.PIPE, text=True).stdout
    files = [file for line in listed.splitlines() for file in line.split(':')[1].split()]
    there = {path.name for path in folder.iterdir() if path.suffix in ('.svg', '.png')}
    test('one script draws all pictures of the pages', sorted(set(files) ^ there))
    committed = {path.name: path.read_text() for path in sorted(folder.glob('*.svg'))}
    for name, svg in committed.items():
        check_svg(name, svg)
    if not shutil.which('gnuplot'):
        print(f'1..{len(TESTS)}\n# no gnuplot: nothing was drawn')
        return
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        draw(drift, source / 'examples/drift/plots.gp', work / 'drift')
        draw(patterns, source / 'examples/patterns/pictures.gp', work / 'patterns')
        for new in (work / 'drift/drift.svg', *sorted((work / 'patterns').glob('patterns-20*.svg'))):
            test(f'{new.name} is what the program draws now', stale_faults(committed[new.name], new.read_text()))
        for new in sorted((work / 'patterns').glob('*.svg')):
            panels = (work / 'patterns' / f'panels-{new.stem[9:]}.gp').read_text()
            test(f'{new.name}: each panel has a bar of 50 mV and its current a scale',
                 pattern_faults(new.read_text(), panels))
        draw(drift, source / 'examples/drift/plots.gp', work / 'preset', '--preset', '2003-CH')
        check_svg('drift.svg of 2003-CH', (work / 'preset/drift.svg').read_text())
        draw(pinn, source / 'examples/pinn/plots.gp', work / 'pinn', '--flow')
        test('pinn: each spike is drawn up to its peak', [
            *peak_faults(work / 'pinn/exact.dat', EXACT), *peak_faults(work / 'pinn/pinn.dat', EXACT),
            *peak_faults(work / 'pinn/flow-exact.dat'), *peak_faults(work / 'pinn/flow.dat')])
        for name in 'loss', 'residual':
            test(f'pinn: {name}.svg draws no zero',
                 zero_faults(work / f'pinn/{name}.dat', (work / f'pinn/{name}.svg').read_text()))
        for new in sorted((work / 'pinn').glob('*.svg')):
            check_svg(f'pinn, {new.name}', new.read_text())
        subprocess.run([compare, '--report', work / 'report'], check=True, stdout=subprocess.DEVNULL)
        for new in sorted((work / 'report').glob('*.svg')):
            check_svg(f'comparison, {new.name}', new.read_text())
    print(f'1..{len(TESTS)}')


main(*sys.argv[1:])
