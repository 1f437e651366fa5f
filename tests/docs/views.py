"""What the pages show of blocks that commands wrote (generated.py), and which numbers in sentences are whose."""
import collections
import re

NETWORK = 'tests/bench/run_network.sh'
LARGE = 'tests/bench/run_network.sh --large'
POPULATION = 'tests/bench/run_population.sh'
LOOP = 'tests/bench/run_loop.sh'
SOLVER = 'tests/bench/run.sh'
DRIFT = 'examples/drift/run.sh'
DOWNLOADS = 'tests/downloads.sh'
STIMULUS = 'tests/bench/run_stimulus.sh'
GRADIENTS = 'tests/bench/run_gradients.sh'
TESTS = 'tests/run.sh'


def short(number):
    """Three digits at most: .0123, 1.23, 12.3, 123."""
    number = float(number)
    return f'{number:.{0 if number >= 100 else 1 if number >= 10 else 2}f}'


def table(head, rows):
    return '\n'.join(f'| {" | ".join(map(str, row))} |' for row in [head, ['---'] * len(head), *rows]).replace('| --- ', '|---') \
        .replace('|--- |', '|---|').replace('|---|\n', '|---|\n')


def section(text, title):
    """The lines from the one that has this title to the next empty line that a table or column is followed by."""
    lines = text[text.index(title):].splitlines()[1:]
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines[:next((k for k, line in enumerate(lines) if not line.strip() or line.startswith('```')), len(lines))]


def cells(line):
    return [cell.strip() for cell in line.strip('|').split('|')]


def cut(title, *columns):
    """A table of Markdown by its title, or some of its columns."""
    def make(text):
        rows = [cells(line) for line in section(text, title)]
        chosen = [rows[0].index(column) for column in columns] or range(len(rows[0]))
        return table([rows[0][k] for k in chosen], [[row[k] for k in chosen] for row in rows[2:]])
    return make


# ---- populations ----

STEPS = ['published-2003 grid f64', 'published-2003 grid f32', 'euler grid f64', 'midpoint grid f64', 'midpoint exact f64',
         'midpoint exact f32', 'rk4 exact f64', 'exp-euler exact f64', 'backward-euler exact f64', 'published-2003 exact f64',
         'taylor exact f64']
PRECISION = {'f64': 'float64', 'f32': 'float32'}


def steps(text):
    """{(method, events, precision): {number of neurons: (one thread, two threads, a plain loop)}}, as printed, in ns."""
    rows = collections.defaultdict(dict)
    for line in section(text, 'dt is 1 ms for published-2003'):
        match = re.match(r'(\S+) +(grid|exact) +(f64|f32) +(1e\+\d\d) +([\d.]+) +([\d.]+) +([\d.]+) ', line)
        if match:
            rows[match[1], match[2], match[3]][match[4]] = match[5], match[6], match[7]
    return rows


def population(text):
    found, rows = steps(text), []
    sizes = '1e+03', '1e+05', '1e+07'

    def row(name, precision, key, column):
        got = [short(found[key][n][column]) if n in found[key] else '' for n in sizes]
        two = short(found[key]['1e+07'][1]) if column == 0 and '1e+07' in found[key] else ''
        rows.append([name, PRECISION[precision], *got, two])
    for line in STEPS:
        key = tuple(line.split())
        dt = '1' if key[0] in ('published-2003', 'taylor') else '0.1'
        row(f'`{key[0]}`, {key[1]}, {dt}', key[2], key, 0)
    for precision in PRECISION:
        row('a plain loop in C, `published-2003`, grid, 1', precision, ('published-2003', 'grid', precision), 2)
    return table(['method, events, dt in ms', 'precision', '10^3', '10^5', '10^7', '10^7, 2 threads'], rows)


def one_step(*key):
    return lambda text: short(steps(text)[key[:3]][key[3]][0])


def words(title, first, *columns):
    """Some columns of a table of fixed width: (name, place) each, of the lines that begin with such words."""
    def make(text):
        rows = [line.split() for line in section(text, title)]
        return table([name for name, _ in columns],
                     [[PRECISION.get(row[k], row[k]) for _, k in columns] for row in rows if row[0] in first])
    return make


# ---- fixed steps of a solver ----


def loop(text):
    rows = [line.split() for line in section(text, 'ns per step')] or []
    rows = rows or [line.split() for line in text.splitlines() if re.match(r'(euler|midpoint|rk4|published-2003) ', line)]
    return table(['', 'the loop, ns a step', 'on the grid, times the loop', 'with exact events'],
                 [[f'`{row[0]}`', row[1], row[4], row[5]] for row in rows if len(row) > 5 and row[0] != 'ns'])


# ---- derivatives ----

NEURONS = {'report-RS': "the report's neuron, 1000 ms", '2003-RS': 'RS of 2003, 150 ms', '2007-RS': 'RS of 2007',
           '2007-FS': 'FS of 2007, with its cubic term'}


def gradients(text):
    rows = {line.split()[0]: line.split() for line in text.splitlines() if ' us ' in line}
    return table(['', 'plain', '1', '5', '16'],
                 [[name, f'{short(rows[key][1])} us', *rows[key][3:6]] for key, name in NEURONS.items()])


# ---- tests ----


def kinds(text):
    """The table of kinds of builds, each of which stands for a platform."""
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith('| kind of build'))
    return '\n'.join(lines[first:lines.index('', first)])


# ---- how far other programs' steps drift ----

PROGRAMS = [['`figure1` 0.25', '`published-2003` 1', '`nest-consistent` 1', '`genn` 1', '`spinnaker` 1', '`nemo` 1',
             '`carlsim-euler` 1/2', '`carlsim-rk4` 1/10'],
            ['`figure1` 0.1', '`published-2003` 0.1', '`nest-consistent` 0.1', '`genn` 0.1', '`spinnaker` 0.1',
             '`carlsim-euler` 1/20', '`carlsim-rk4` 1/20']]


def drift(text):
    rows = []
    for names, part in zip(PROGRAMS, text.split('How many ms late each spike is')[1:]):
        lines = {tuple(line.split()[:1]): line.split()[2:] for line in part.splitlines() if ' spikes ' not in line}
        spikes = next(line.split()[2:] for line in part.splitlines() if ' spikes ' in line)
        rows += list(zip(names, spikes, lines['20',], lines['23',]))
    rows.sort(key=lambda row: -abs(float(row[2])))
    return table(['method, step in ms', 'spikes', 'the 20th is late by, ms', 'the last of the exact 23, ms'],
                 [[name, count, late.lstrip('+'), 'gone' if last == '-' else last.lstrip('+')] for name, count, late, last in rows])


# ---- a solver by methods that choose their steps, and other packages ----

TOLERANCES = [('`taylor`, default', 'izh taylor', '0e+00'), ('`taylor`, rtol 1e-12', 'izh taylor', '1e-12'),
              ('`taylor`, rtol 1e-4', 'izh taylor', '1e-04'),
              *((f'`dopri5`, rtol 1e-{k}', 'izh dopri5', f'1e-0{k}') for k in (5, 6, 7, 8)),
              *((f'`exprb-adaptive`, rtol 1e-{k}', 'izh exprb-adaptive', f'1e-0{k}') for k in (5, 7)),
              *((f'GSL rk8pd, 1e-{k}', 'gsl rk8pd', f'1e-{k:02}') for k in (3, 4, 6, 12)),
              *((f'ARKODE Dormand-Prince, 1e-{k}', 'sundials arkode dopri 5(4)', f'1e-0{k}') for k in (5, 7)),
              ('CVODE Adams, 1e-12', 'sundials cvode adams', '1e-12'), ('SciPy DOP853, 1e-10', 'scipy DOP853', '1e-10')]


def solver_rows(text):
    """{(name, tolerance): (error of the worst spike, us per simulated second)}."""
    rows = re.findall(r'^(\S.*?) +(\de[+-]\d\d) +(\S+) +(\S+)', text, re.M)
    return {(name, tolerance): (error, us) for name, tolerance, error, us in rows}


def adaptive(text):
    rows = solver_rows(text)
    return table(['', 'error of the worst spike, ms', 'µs per simulated second'],
                 [[name, f'{float(rows[key][0]):.0e}', short(rows[key][1])] for name, *key in TOLERANCES for key in [tuple(key)]])


VIEWS = {
    'population': (POPULATION, population),
    'population, steps a call': (POPULATION, words(
        'Steps per call', PRECISION, ('precision', 0), ('threads', 1), ('steps a call', 2), ('ns', 3), ('bytes a step', 4))),
    'population, events': (POPULATION, words(
        'Exact against grid events', PRECISION, ('precision', 0), ('on the grid, ns', 1), ('exact, ns', 2), ('ratio', 3))),
    'population, Brian2': (POPULATION, words(
        'Brian2', PRECISION, ('precision', 0), ('neurons', 1), ('Brian2, ns', 2), ('`euler` here, ns', 3))),
    'networks': (NETWORK, cut('Whole networks', '', '1 thread', '2 threads', 'plain loop', 'Hz')),
    'networks that learn': (NETWORK, cut('1000 x 100 that learn', '1 thread', '2 threads', 'plain program', 'Hz')),
    'networks, Brian2': (NETWORK, cut('Brian2', 'network', 'threads', 'libizh', 'Brian2', 'Hz', 'Hz of Brian2')),
    'delivery': (NETWORK, cut('Delivery, 1000 synapses')),
    'delivery, large': (LARGE, cut('Delivery, 1000 synapses')),
    'synapses that learn': (NETWORK, cut('Plastic synapses, 8 of 10')),
    'loop': (LOOP, loop),
    'adaptive methods': (SOLVER, adaptive),
    'drift': (DRIFT, drift),
    'kinds of build': (TESTS, kinds),
    'stimulus': (STIMULUS, cut('ns per neuron and tick')),
    'stimulus, instructions': (STIMULUS, cut('Instructions per neuron and tick')),
    'gradients': (GRADIENTS, gradients),
}

# ---- numbers in sentences ----

Quote = collections.namedtuple('Quote', 'page pattern source read')


def brian2(column):
    def read(text):
        rows = [cells(line) for line in section(text, 'Brian2')]
        head = rows[0]
        return short(next(row for row in rows if row[:2] == ['large', '1'])[head.index(column)])
    return read


def default_method(column):
    """The default method at its default tolerance: the worst spike's error in one digit, as 6e-13, or its time."""
    def read(text):
        value = solver_rows(text)['izh taylor', '0e+00'][column]
        return short(value) if column else f'{float(value):.0e}'
    return read


def slower(name, tolerance, than):
    """How many times as long as the default method at a tolerance it takes at its own."""
    def read(text):
        rows = solver_rows(text)
        return f"{float(rows[name, tolerance][1]) / float(rows['izh taylor', than][1]):.1f}"
    return read


def installed(command, column):
    """What a command installs on a bare system."""
    return lambda text: next(cells(line)[column] for line in text.splitlines() if line.startswith(f'| `{command}` |'))


def late(spike, column):
    """How late a spike is by the first table."""
    def read(text):
        row = next(line.split() for line in text.splitlines() if line.split()[:1] == [spike])
        return short(row[column])
    return read


QUOTES = [
    Quote('docs/real-time.md', r'takes (\S+) us for a second', SOLVER, default_method(1)),
    Quote('docs/choosing-a-method.md', r"GSL's rk8pd takes\s+([\d.]+) times as long", SOLVER, slower('gsl rk8pd', '1e-12', '1e-12')),
    Quote('README.md', r'the first downloads (\d+) MB', DOWNLOADS, installed('examples/compare/run.sh', 2)),
    Quote('README.md', r'which take ([\d.]+) GB of disk', DOWNLOADS, installed('examples/compare/run.sh', 3)),
    Quote('README.md', r'a browser, (\d+) MB', DOWNLOADS, installed('tests/run.sh', 2)),
    Quote('README.md', r'which take ([\d.]+) GB \(', DOWNLOADS, installed('tests/run.sh', 3)),
    Quote('README.md', r"method's worst one is (\S+) ms off", SOLVER, default_method(0)),
    Quote('README.md', r'of 1 ms the 20th spike is (\d+) ms late', DRIFT, late('20', 3)),
    Quote('README.md', r'with exact events costs ([\d.]+) ns', POPULATION, one_step('midpoint', 'exact', 'f64', '1e+07')),
    Quote('README.md', r'a second at 6 Hz in ([\d.]+) ms', NETWORK, brian2('libizh')),
    Quote('README.md', r"Brian2's C\+\+ standalone takes ([\d.]+) ms", NETWORK, brian2('Brian2')),
]
# Times and sizes in sentences that are no measurements: steps, limits and assumptions.
NOT_MEASURED = {
    'README.md': {'1 ms'},
    'docs/embedded.md': {'1 KB', '3 KB'},
    'docs/networks.md': {'7 ns', '2.5 ns', '64 kB'},
    'docs/real-time.md': {'60 us'},
}
