"""What the example tells of the book's cells is what is known of them. Prints TAP. Usage: analysis.py ANALYSIS"""
import math
import subprocess
import sys

# Where rest ends, and how: by hand from the published parameters.
ENDS = {'2007-RS': (360 / 7, 'saddle-node'), '2007-IB': (347.65625, 'Hopf'), '2007-LTS': (114.75, 'Hopf'),
        '2007-FS': (73.684375, 'Hopf'), '2007-TC': (40, 'saddle-node')}
TESTS = []


def test(name, holds, text):
    TESTS.append(holds)
    print('ok' if holds else 'not ok', len(TESTS), '-', name)
    if not holds:
        print(''.join(f'# {line}\n' for line in text.splitlines()[:40]), end='')


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def blocks(text):
    """The rows of each block, as numbers where they are."""
    def row(line):
        return [float(x) if x[-1].isdigit() or 'n' in x and len(x) < 5 else x for x in line.split(',')]
    return [[row(line) for line in block.split('\n') if line] for block in text.split('\n\n\n') if block.strip()]


def main(program):
    text = run(program)
    rows = {line.split()[0]: line.split() for line in text.splitlines()[1:]}
    test('the table has eight cells', len(rows) == 8, text)
    test('their rest ends where it does by hand', all(
        abs(float(rows[cell][4]) - I) < 1e-4 and rows[cell][5] == how and rows[cell][6] == '12'[how == 'Hopf']
        for cell, (I, how) in ENDS.items()), text)
    test('a short pulse needs more than a long one', all(float(r[7]) > float(r[8]) for r in rows.values()), text)

    text = run(program, 'phase')
    curves = blocks(text)
    (v, u, _), (saddle_v, saddle_u, kind) = curves[1]
    test('the phase plane has a node and a saddle', len(curves) == 8 and kind == 'saddle' and v < saddle_v, text)
    starts = [curve[0] for curve in curves[2:6]]
    test('the manifolds begin at the saddle',
         all(math.hypot(x - saddle_v, y - saddle_u) < .02 for x, y in starts), str(starts))
    node_side = min(curves[2], key=lambda row: math.hypot(row[0] - v, row[1] - u))
    test('the unstable one ends in the node', math.hypot(node_side[0] - v, node_side[1] - u) < .1, str(node_side))
    test('one kick fades, the other fires', curves[6][-1][0] < -50 and curves[7][-1][0] > -25, text[-400:])

    text = run(program, 'bifurcations')
    curves = blocks(text)
    test('bifurcations of two cells', [row[2] for row in curves[2]] == ['saddle-node'] and
         [row[2] for row in curves[5]] == ['Hopf', 'saddle-node'], text[-400:])

    for what, n in ('f-i', 161), ('strength-duration', 41):
        text = run(program, what)
        curves = blocks(text)
        test(f'{what} of eight cells', [len(curve) for curve in curves] == 8 * [n], text[:400])
    test('no cell is weaker than its rheobase', all(row[2] > .999 for curve in curves for row in curve), text[:400])
    wrong = subprocess.run([program, 'x'], capture_output=True, text=True)
    test('a wrong word is refused', wrong.returncode == 2 and 'usage' in wrong.stderr, wrong.stderr)
    print(f'1..{len(TESTS)}')
    return not all(TESTS)


sys.exit(main(*sys.argv[1:]))
