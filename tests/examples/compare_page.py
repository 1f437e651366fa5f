"""The comparison's page and its conclusion: every sentence that names a number is computed anew from the
CSV, or by Euler's method written out here; in Chromium, where there is one, nothing is cut off
without a word at 1280 and 360 px; and presets are the published neurons of the reference.
Prints TAP. Usage: compare_page.py IZH-COMPARE REFERENCE"""
import csv
import datetime
import html
import math
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
TESTS = []


def test(name, holds, *faults):
    TESTS.append(holds)
    print('ok' if holds else 'not ok', len(TESTS), '-', name)
    if not holds:
        print(''.join(f'# {line}\n' for fault in faults for line in str(fault).splitlines()), end='')


def skip(name, why):
    TESTS.append(True)
    print('ok', len(TESTS), '-', name, '# SKIP', why)


class Report:
    """What a run printed, its CSV and its page."""

    def __init__(self, folder, *options):
        self.folder = folder
        done = subprocess.run([PROGRAM, '--csv', folder / 'all.csv', '--report', folder, *options],
                              stdout=subprocess.PIPE, text=True, check=True)
        self.said = done.stdout.rstrip('\n').split('\n')
        self.rows = list(csv.DictReader((folder / 'all.csv').open()))
        for row in self.rows:
            row['error'] = float(row['max_spike_error_ms'])
            row['us'] = float(row['us_per_sim_s'])
            row['h'] = float(row['h_ms'])
        self.page = (folder / 'index.html').read_text()
        self.text = html.unescape(re.sub(r'<[^>]*>', '', self.page))
        self.script = (folder / 'plots.gp').read_text()


def of(rows, **wanted):
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def least(rows, key):
    return min(rows, key=lambda row: row[key])


def name(row):
    if row['h'] == 0:
        return row['method']
    return f"{row['method']} at {row['h']:g} ms " + ('on the grid' if row['events'] == 'grid' else 'with exact events')


# What follows writes numbers as C's %.2g does, which Python's :.2g does too.


def faster_clause(entrants, rows, us):
    faster = [row for row in entrants if row['us'] < us]
    if faster:
        return f"; the best faster run is {least(faster, 'error')['error']:.2g} ms off."
    return '; no faster run has as many spikes.' if any(row['us'] < us for row in rows) else '; no other run is as fast.'


def expected(rows, is_report):
    """The two lines, from the CSV."""
    entrants = [row for row in rows if math.isfinite(row['error']) and (is_report or row['method'] != 'taylor')]
    if is_report:
        best = least(entrants, 'error')
        first = (f"Best: {name(best)}, worst spike {best['error']:.2g} ms off, {best['us']:.3g} us per simulated s"
                 + faster_clause(entrants, rows, best['us']))
    else:
        us = of(rows, method='taylor')[0]['us']
        first = f'The reference, taylor, takes {us:.3g} us per simulated s' + faster_clause(entrants, rows, us)
    h = max(row['h'] for row in entrants if of(entrants, h=row['h'], events='exact')
            and of(entrants, h=row['h'], events='grid'))
    exact, grid = (least(of(entrants, h=h, events=events), 'error') for events in ('exact', 'grid'))
    return [first, f"At the fixed step {h:g} ms: with exact events {exact['method']} is best, {exact['error']:.2g} "
            f"ms off; on the grid {grid['method']}, {grid['error']:.2g} ms."]


def euler(on_grid):
    """Spikes of the report's second by Euler's method at 1 ms, and u before each reset."""
    v, u, spikes, before = -60., 0., [], []
    for t in range(1000):
        done = 0.
        while done < 1:
            rest, I = 1 - done, 70 if t >= 101 else 0
            dv = (.7 * (v + 60) * (v + 40) - u + I) / 100
            du = .03 * (-2 * (v + 60) - u)
            crosses = v + rest * dv >= 35
            step = rest if on_grid or not crosses else (35 - v) / dv
            v, u, done = v + step * dv, u + step * du, done + step
            if crosses:
                spikes.append(t + done)
                before.append(u)
                v, u = -50., u + 100
    return spikes, before


# The sixth of the exact spikes, in quadruple precision (tests/reference).
EXACT = [201.0224709569527329, 348.8095578693403655, 496.6640773642638478,
         644.5185823306922809, 792.3730873002390488, 940.2275922697851474]


def check_cancelling(report):
    exact, u_exact = euler(False)
    grid, u_grid = euler(True)
    late = [[t - e for t, e in zip(spikes, EXACT)] for spikes in (exact, grid)]
    sentence = (f'euler at 1 ms is better on the grid ({max(map(abs, late[1])):.2g} ms off) than with exact events '
                f'({max(map(abs, late[0])):.2g} ms), for its two errors have opposite signs: by spike 6 the method is '
                f'{late[0][5]:.2g} ms late, and the grid moves the spike {exact[5] - grid[5]:.2g} ms earlier, because u '
                'is stepped past the peak to the end of the step and so starts the next interval up to '
                f'{max(a - b for a, b in zip(u_exact, u_grid)):.2g} pA lower.')
    test('why Euler at 1 ms is better on the grid is said, with the right numbers',
         sentence in ' '.join(report.said) and sentence in report.text, sentence)
    # And it is the reason: with u held at the crossing the grid makes each spike later, not earlier.
    test('the two errors have opposite signs', late[0][5] > 8 and grid[5] - exact[5] < -4, late)


def check_machine(report):
    now = datetime.datetime.now(datetime.timezone.utc)
    days = [f'{now - datetime.timedelta(days=d):%Y-%m-%d}' for d in (0, 1)]
    line = next((line for line in report.said if line.startswith('Times: ')), '')
    test('date, machine and load are stated',
         any(day in line for day in days) and re.search(r'\d\d:\d\d UTC, .*\b\d+ processors?, \S+ \S+', line)
         and (not pathlib.Path('/proc/loadavg').exists() or re.search(r'load \d+\.\d', line)) and line in report.text, line)


def check_pictures(report):
    pictures = {path.stem: path.read_text() for path in report.folder.glob('*.svg')}
    test('the page shows each picture', set(pictures) == set(re.findall(r'src="([\w-]+)\.svg"', report.page)),
         sorted(pictures))
    own = {row['method'] for row in report.rows if row['h'] == 0 and row['error'] > 0}
    texts = re.findall(r'>([^<>]+)</text>|<tspan[^>]*>([^<]+)</tspan>', pictures['work-precision'])
    texts = [a or b for a, b in texts]
    test('each method that chooses its step has its name at its point', 'taylor' in own
         and all(texts.count(method) == 2 for method in own), own, texts)
    test('the stimulus is drawn over v and u', all(re.search(r'>I \(pA\)<', pictures[p]) for p in 'vu'))
    corners = [tuple(map(float, line.split())) for line in
               (report.folder / 'data' / 'current.dat').read_text().splitlines() if line[0] != '#']
    test('it is the stimulus', corners == [(0, 0), (101, 0), (101, 70), (1000, 70)], corners)
    test('v is not shown at a step where all methods look alike', 'h = 0.1 ms' not in pictures['v']
         and 'h = 1 ms' in pictures['v'] and 'h = 0.1 ms' in pictures['lateness'])
    blocks = re.split(r'\n\n# ', (report.folder / 'data' / 'lateness.dat').read_text())[1:]
    block = next(b for b in blocks if b.startswith('euler-1-grid')).split()
    mine = [t - e for t, e in zip(euler(True)[0], EXACT)]
    test('how late each spike is', max(abs(float(x) - y) for x, y in zip(block[2::2], mine)) < 1e-6, block, mine)


# ---- in a browser ----

PROBE = '''<body><iframe style="border:0;width:%dpx;height:900px" srcdoc="%s"></iframe><script>
onload = () => {
  const view = document.querySelector('iframe').contentWindow, page = view.document, said = []
  view.mark()
  const root = page.documentElement
  if (root.scrollWidth > view.innerWidth) said.push('the page is ' + root.scrollWidth + ' px wide')
  for (const wide of page.querySelectorAll('.wide')) {
    const cut = wide.scrollWidth > wide.clientWidth, cue = wide.querySelector('.cue').offsetHeight > 0
    if (cut) said.push('cut: ' + wide.getAttribute('aria-label'))
    if (cut !== cue) said.push('cue is wrong: ' + wide.getAttribute('aria-label'))
    const last = wide.querySelector('tr:last-child td:last-child')
    wide.scrollLeft = 1e6
    if (last && last.getBoundingClientRect().right > wide.getBoundingClientRect().right + 1)
      said.push('cannot be reached: ' + wide.getAttribute('aria-label'))
    for (const text of wide.querySelectorAll('td, th'))
      if (parseFloat(view.getComputedStyle(text).fontSize) < 12) said.push('small: ' + text.textContent)
    const picture = wide.querySelector('img')
    if (picture && 14 * picture.width / 1100 < 10) said.push('its letters are too small: ' + picture.alt)
  }
  if (!page.querySelector('.wide table')) said.push('no table')
  document.body.innerHTML = '<pre>' + said.join('\\n') + '</pre>'
}
</script>'''


def measure(chromium, report, width):
    """What a browser finds wrong with the page in a window of this width."""
    probe = report.folder / 'probe.html'
    probe.write_text(PROBE % (width, html.escape(report.page)))
    done = subprocess.run([chromium, '--headless', '--no-sandbox', '--disable-gpu', '--window-size=1400,1000',
                           f'--user-data-dir={report.folder / "profile"}', '--dump-dom', probe.as_uri()],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120)
    found = re.search(r'<pre>(.*?)</pre>', done.stdout, re.S)
    return html.unescape(found[1]).split('\n') if found and found[1] else [] if found else ['the browser said nothing']


def check_browser(report):
    chromium = shutil.which('chromium')
    names = 'at 1280 px nothing is cut off', 'at 360 px the page is as wide, and what scrolls says so'
    if not chromium:
        for each in names:
            skip(each, 'no chromium')
        return
    wide, narrow = measure(chromium, report, 1280), measure(chromium, report, 360)
    test(names[0], not wide, *wide)
    test(names[1], narrow and all(line.startswith('cut: ') for line in narrow), *narrow)


def run(*options):
    return subprocess.run([PROGRAM, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def exact_spikes(reference):
    """The spikes of each of the reference's cases, in quadruple precision, as the terminal prints them."""
    spikes = {}
    table = (line for line in (reference / 'spikes.csv').open() if not line.startswith('#'))
    for row in csv.DictReader(table):
        spikes.setdefault(row['case'], []).append(f"{float(row['t_ms']):.4f}")
    return spikes


def check_presets(reference):
    exact, wrong = exact_spikes(reference), []
    cases = {'2003-' + label: 'simple-' + label for label in ('RS', 'IB', 'CH', 'FS', 'TC', 'TC-burst', 'RZ', 'LTS')}
    cases |= {'2004-' + label: 'pattern-' + label for label in 'ABCDEFGHIJKLMNOPQRS'} | {'report-RS': 'report'}
    for preset, case in cases.items():
        done = run('--preset', preset, '--method', 'taylor')
        row = re.search(r'^taylor +own exact +(\d+)((?: +\d+\.\d+)*)', done.stdout.split('Spike times in ms')[1], re.M)
        count, times = int(row[1]), row[2].split()
        if count != len(exact.get(case, [])) or times != exact.get(case, [])[:6]:
            wrong.append(f'{preset}: {count}: {" ".join(times)}')
    test('presets spike as the published neurons do', not wrong, *wrong)


def check_preset_option():
    said = run('--preset', 'report-RS', '--method', 'euler').stdout
    test("the report's preset is the report's scenario", "The report's scenario" in said, said)
    said = run('--preset', '2004-B', '--method', 'euler', '--until', '50').stdout.splitlines()[0]
    test('a preset names its current as --current takes it, and --until shortens it',
         said.startswith('Neuron 2004-B') and 'current 20+:0.5, until 50 ms' in said, said)
    # A step of figure1 that begins at 10 has the current from 10 on, and not yet the one from the next double on.
    with tempfile.NamedTemporaryFile('r', suffix='.csv') as out:
        rows = {}
        for time in '10', '10+', '10.000000000000002':
            run('--params', '2003:.02,.2,-65,8', '--current', f'{time}:14', '--method', 'figure1', '--csv', out.name)
            rows[time] = [row['v_1000'] for row in csv.DictReader(pathlib.Path(out.name).open())]
    test('T+ in --current is the next double after T', len(rows['10']) > 0 and
         rows['10'] != rows['10+'] == rows['10.000000000000002'], rows)
    for options, words in ((['--preset', 'RS'], "'RS' is no published neuron"),
                           (['--preset', '2003-RS', '--current', '3'], 'a current of its own'),
                           (['--initial', '-60,0', '--preset', '2003-RS'], 'a current of its own'),
                           (['--preset'], 'needs a value')):
        done = run(*options)
        test(' '.join(options) + ': refused in one line', done.returncode == 2 and done.stderr.count('\n') == 1
             and words in done.stderr, done.returncode, done.stderr)
    said = run('--help').stdout
    test('--help names the presets', '--preset NAME' in said and '2003-TC-burst' in said and 'report-RS' in said, said)


def check_unstable(work):
    heading = "Steps beyond the method's limit of stability"
    said = run('--preset', 'report-RS', '--method', 'midpoint').stdout
    test('no step of the report is unstable', heading not in said, said)
    report = Report(work, '--params', '2003:.02,.2,-65,8', '--initial', '-70,-14', '--current', '-100', '--until', '200',
                    '--method', 'midpoint,taylor')
    text = '\n'.join(report.said)
    section = text.partition(heading)[2]
    row = re.search(r'^midpoint +1 exact +(\d+) +0$', section, re.M)
    spikes = re.search(r'^midpoint +1 exact +(\d+)', text.split('Spike times in ms')[1], re.M)
    test('unstable steps are printed, before the conclusion', row and int(row[1]) > 159 == int(spikes[1])
         and 'taylor' not in section.split('\n\n')[0], text)
    test('and on the page', row and 'Unstable steps' in report.text and f'<td>{row[1]}</td><td>0</td>' in report.page)


def main():
    if not shutil.which('gnuplot'):
        print('1..0 # SKIP no gnuplot')
        return
    with tempfile.TemporaryDirectory() as work:
        report = Report(pathlib.Path(work, 'report'))
        two = expected(report.rows, True)
        test('the two lines of the conclusion, in the terminal', report.said[-2:] == two, *two, *report.said[-2:])
        test('and on the page', all(line.replace(' us ', ' µs ') in report.text for line in two), *two)
        check_cancelling(report)
        check_machine(report)
        check_pictures(report)
        check_browser(report)
        other = Report(pathlib.Path(work, 'other'), '--params', '2003:.02,.2,-65,8', '--method', 'euler,rk4,taylor')
        two = expected(other.rows, False)
        test("another neuron's conclusion is another", other.said[-2:] == two, *two, *other.said[-2:])
        check_unstable(pathlib.Path(work, 'unstable'))
    check_presets(pathlib.Path(sys.argv[2]))
    check_preset_option()
    print(f'1..{len(TESTS)}')


main()
