/** What the page says: one table, in English. Another language is a file of JSON of the same shape, in which an entry
 * that is missing stays English: node build.mjs OUT --texts=de.json makes viewer.de.html. The page puts values for
 * names in braces. What is under `html` is HTML. The library's words are not here, which are presets' titles and why it
 * refuses something; symbols are not, either: parameters, units, names of methods. */
const ENGLISH = {
  language: 'en-GB',
  /** What index.html says; build.mjs fills it in. */
  html: {
    description: 'Turn a knob, see the neuron change its mind: Izhikevich neurons, simulated by libizh.',
    title: 'libizh viewer',
    heading: 'libizh <span>viewer</span>',
    tagline: 'Turn a knob, see the neuron change its mind',
    failure: {
      title: 'The viewer cannot start',
      noScript: 'The viewer cannot start: JavaScript is switched off in this browser.',
      help: 'It needs a browser with WebAssembly, from 2022 or later. If yours is one, build the page again by <code>examples/viewer/run.sh</code>, or report this text.',
      silent: 'an error without words',
      forbidden: 'the page does not allow itself {what}: it was changed after it was built',
    },
    tour: 'Tour', tourTitle: 'A tour in short steps',
    undo: 'Undo', undoTitle: 'Undo (Ctrl+Z)', redo: 'Redo', redoTitle: 'Redo (Ctrl+Shift+Z)',
    copyTitle: 'Copy a link to this very setup',
    export: 'Export', trace: 'Trace, CSV', spikes: 'Spikes, CSV', png: 'Picture, PNG', svg: 'Picture, SVG', print: 'Print',
    embed: 'Embed in a page', theme: 'Theme', themeTitle: 'Light or dark', help: 'Help', helpTitle: 'Keys and what is what (?)',
    dismiss: 'Dismiss the message', back: 'Back', steps: 'Steps of the tour', leave: 'Leave',
    views: 'Views', time: 'Time', runTitle: 'Run or pause (space)', step: 'Step', stepTitle: 'One step (.)', reset: 'Reset',
    resetTitle: 'Back to the start (r)', kick: 'Kick', freezeTitle: 'Keep the trace below what follows (f)',
    sound: 'Sound', soundTitle: 'A click for each spike (s)', speed: 'Speed',
    withinTitle: 'Spikes within the preset’s duration', whole: 'Open the viewer', panel: 'Setup',
    keys: {
      title: 'Keys and what is what',
      space: '<kbd>space</kbd>', run: 'run, pause',
      step: 'one step: of the method, or 1 ms where it chooses its steps',
      reset: 'back to the start',
      kick: 'kick: v jumps by as much as the panel says',
      freeze: 'freeze the trace, and lay what follows over it; again: forget it',
      sound: 'sound: a click for each spike',
      toViews: '<kbd>1</kbd> to <kbd id="last-view"></kbd>', views: 'views',
      undoKeys: '<kbd>Ctrl</kbd> <kbd>Z</kbd>', undo: 'undo; with <kbd>Shift</kbd> redo',
      number: 'in a number: one step, with <kbd>Shift</kbd> ten',
      help: 'this page',
      about:
        'The neuron is simulated by libizh <span id="version"></span>, the C library itself, in your browser; nothing is sent anywhere. A change acts from now on. While the neuron is paused, the preview shows what would come. A number may lie beyond its slider. The link in the address bar is the whole setup.',
      names:
        'The names of firing regimes are those of Izhikevich, 2004, figure 1, judged from the spikes since the last change and from what the current did; “undecided” as long as the spikes may become more than one of them. In the console, <code>izhViewer</code> drives the page.',
    },
    close: 'Close',
    embedding: {
      title: 'Embed this view', intro: 'The setup as it is now, with these controls:', controls: 'Controls',
      size: 'Size, pixels', code: 'Code',
      local: 'This page is a file of yours: put it on your web server, open it there and copy the code from there.',
    },
  },
  copied: 'Copied',
  copyLink: 'Copy link',
  cannotCopy: 'The browser does not let the page copy; the link is in the address bar.',
  run: 'Run', pause: 'Pause', stoppedName: 'stopped',
  kickTitle: 'Add {kick} mV to v (k)',
  speedSaid: '{speed} times real time',
  slow: 'slow: × {share} of this speed',
  count: 'spikes: {count}',
  within: 'by {ms} ms: {count}',
  refused: '{what} is refused: {reason}. The old value stays.',
  fault: 'An error in the page: {reason}.',
  exportFailed: 'The export failed: {reason}.',
  tooLarge: 'the picture is too large',
  link: {
    wrong: 'The link is not a setup: {reason}. {otherwise}',
    default: 'Shown instead: the default.',
    stays: 'All stays as it was.',
    unknown: 'The link has what there is not in this form, and is shown without: {keys}.',
    long: 'it has {length} characters, more than {most}',
    noValue: '"{name}" has no value',
    twice: '"{name}" is there twice',
    badCode: '"{text}" is not well encoded',
    noneOf: '{name} = "{word}" is none of {choices}',
    noPreset: 'preset = "{name}" is none of libizh’s',
    compared: 'compared = "{text}" has more than {most} methods',
    comparedPart: 'compared = "{part}" is not method:events:dt',
  },
  views: {
    traces: 'Traces', phase: 'Phase plane', neuron: 'Neuron', raster: 'Raster', compare: 'Compare', sweep: 'Sweep', map: 'Map',
    pair: 'Pair', network: 'Network',
  },
  embed: {
    copy: 'Copy iframe',
    parts: { tabs: 'the views’ tabs', status: 'regime and numbers', time: 'run, step, reset' },
    lists: { preset: 'list of presets', current: 'kind of current', method: 'method' },
    number: '{name}, {meaning}',
  },
  /** In the panel. */
  panel: {
    preset: 'Preset', compared: 'Compared methods', neuron: 'Neuron', current: 'Current', method: 'Method',
    start: 'Start, window and kick',
    stepped: 'Stepped', exactly: 'exactly', published: 'as published', otherwise: 'in another way',
    own: 'a neuron of your own',
    families: { '2003': 'Simple model, 2003', '2004': 'The 20 patterns, 2004', '2007': 'Cells of the book, 2007', report: 'Report' },
    form: 'Form', forms: { '2003': '2003', '2007': '2007', general: 'normal' },
    allTerms: 'All terms of the normal form',
    ofU: 'U(v) is b_lo (v − v_b) below v_b, from there on b_hi (v − v_b) + b_3 (v − v_b)³.',
    cannotSay: 'The {form} form cannot say this neuron; shown is a regular spiking one.',
    sameNeuron: 'The same neuron in the {form} form: u and the current are {u} times as large, in {unit}{own}.',
    ownUnits: '; here 1 ms was {t} ms, and 1 mV {v} mV',
    windowBounds: ' The window keeps to its bounds.',
    holdBounds: ' A value of the noise is held for {ms} ms, not for less.',
    kind: 'Kind of current',
    lost: 'Of this current, the first {most} pieces are kept; {lost} more are left out.',
    pieces: 'Pieces of the current: t,I,slope; and so on',
    piecesNote: 'Draw the current above; it holds its last value. Or pieces: t (ms), I ({unit}) and slope (per ms), apart by semicolons.',
    piecesName: 'pieces',
    currentStays: '{reason}. The current stays as it was.',
    drawing: 'The current over the window. Draw on it with a pointer, or type its pieces below.',
    events: 'Events', eventNames: { exact: 'exact', grid: 'grid' },
    chooses: 'It chooses its steps.', byDefault: 'By default in steps of {step} ms.',
    add: 'Add a method', methodOf: 'Method {n}', eventsOf: 'Events {n}', remove: 'Remove method {n}',
    stepOf: 'Step {n}, ms; 0: the default', stepTitle: 'step, ms; 0: the default', stepName: 'step',
    comparedName: 'compared methods',
    stays: '{reason}. It stays {value}.',
    none: 'none',
  },
  /** What the numbers of the panel mean: a few words each, which fit beside the slider. */
  fields: {
    a: 'rate of recovery', b: 'pull of v on u', c: 'v after a spike', d: 'jump of u',
    C: 'capacitance', k: 'gain of the upstroke', vr: 'resting potential', vt: 'instantaneous threshold', vpeak: 'peak of a spike',
    cm: 'capacitance', b_lo: 'slope of U below v_b', k2: 'coefficient of v²', k1: 'coefficient of v', k0: 'constant term',
    r: 'leak of u', b_hi: 'slope of U above v_b', b3: 'cubic term of U', vb: 'zero and kink of U(v)',
    vpeak_u: 'shift of the peak by u', c_u: 'shift of c by u', u_max: 'largest u, or none',
    dt: 'step; 0: default', v0: 'v at the start', u0: 'u at the start', kick: 'a kick, added to v', window: 'time shown',
  },
  currents: {
    kinds: { constant: 'constant', step: 'step', ramp: 'ramp', noise: 'noise', pieces: 'drawn by hand, or pieces' },
    current: 'current', during: 'during the step', outside: 'before and after', begins: 'its beginning', endsOrNot: 'its end, or none',
    beforeRamp: 'before the ramp', afterRamp: 'after the ramp', ends: 'its end', mean: 'mean current', deviation: 'standard deviation',
    hold: 'time of a value', seed: 'same seed, same noise', seedSymbol: 'seed',
  },
  /** Why the page refuses a setup by itself. */
  faults: {
    speed: 'speed = {value} must lie between {min} and {max}',
    window: 'window = {value} must lie between {min} and {max} ms',
    kick: 'kick = {value} must be finite',
    step: '{what} = {value} must be 0, for the default, or lie between {min} and {max} ms',
    stepOf: 'step of {method}',
    capacitance: 'the capacitance, {value}, must be above 0',
    reset: 'the reset, c = {value}, must lie below the peak, {peak}',
    invalid: '{field} = {value} is not valid',
    later: 'off = {off} must be later than on = {on}',
    start: 'on = {on} must not lie before the start, 0',
    hold: 'hold = {value} must be at least {least} ms',
    sigma: 'sigma = {value} must not be negative',
    seed: 'seed = {value} must be a whole number from 0 to {most}',
    pieces: 'pieces: {count} are more than {most}',
    piece: '{what} = "{part}" is not t,I or t,I,slope',
    number: '{what} = "{text}" is not a number',
    large: '{what} = "{text}" is too large a number',
    small: '{what} = "{text}" is too small a number, but not 0',
    thousand: '{what} = "{text}" may be {whole}{part} or {whole}.{part}: write one of these',
    noWebAssembly: 'this browser has no WebAssembly, or has it switched off',
    imports: 'libizh was built to import what no page has: {names}',
    memory: 'out of memory',
    noMethod: 'there is no method "{name}"',
    damaged: 'the library in the page is damaged',
    between: '{name} = {value} must lie between {lo} and {hi}{unit}',
    ticks: 'delay = {delay} must be a multiple of {tick} ms',
    finite: '{name} = {value} must be finite',
    whole: '{name} = {value} must be a whole number from {lo} to {hi}',
  },
  methods: {
    groups: { adaptive: 'Adaptive step', fixed: 'Fixed step', dialect: 'As other programs step' },
    hints: {
      taylor: 'Taylor series, exact to round-off',
      dopri5: 'Dormand and Prince, order 5(4)',
      'exprb-adaptive': 'exponential Rosenbrock, order 3(2)',
      pinn: 'a small neural net for each step; slow',
      rk4: 'classical Runge-Kutta, order 4',
      midpoint: 'explicit midpoint, order 2',
      'exp-euler': 'exponential Rosenbrock-Euler, order 2',
      euler: 'explicit Euler, order 1',
      'backward-euler': 'implicit Euler, order 1',
      'published-2003': 'the network listing of the 2003 paper',
      figure1: 'the figure listings of 2003 and 2004',
      'nest-consistent': 'NEST, consistent integration',
      'carlsim-euler': 'CARLsim, forward Euler',
      'carlsim-rk4': 'CARLsim, Runge-Kutta',
      genn: 'GeNN',
      nemo: 'NeMo',
      spinnaker: 'sPyNNaker',
    },
  },
  /** How a run is called, with what that means. */
  regimes: {
    undecided: { name: 'undecided', meaning: 'The spikes so far may become more than one of the patterns.' },
    quiescent: { name: 'quiescent', meaning: 'It rests: no spikes, for longer than it takes to settle.' },
    driven: { name: 'driven spiking', meaning: 'The current changes all the time, and the spikes follow it.' },
    response: { name: 'response to {what}', meaning: 'It fired because it was pushed, and went back to rest.' },
    reboundSpike: { name: 'rebound spike', meaning: 'It fired once because an inhibition ended.' },
    reboundBurst: { name: 'rebound burst', meaning: 'It fired a burst because an inhibition ended.' },
    ended: { name: 'spiking that ended', meaning: 'It fired for a while, then fell silent under the same current.' },
    phasicSpiking: {
      name: 'phasic spiking', meaning: 'It answers the onset of the current with a spike or two, then rests though the current stays.',
    },
    phasicBursting: {
      name: 'phasic bursting', meaning: 'It answers the onset of the current with one burst, then rests though the current stays.',
    },
    mixed: { name: 'mixed mode', meaning: 'A burst at the onset, then single spikes.' },
    irregularBursting: { name: 'irregular bursting', meaning: 'Bursts that do not repeat.' },
    tonicBursting: { name: 'tonic bursting', meaning: 'Bursts, again and again, as long as the current stays.' },
    chattering: { name: 'tonic bursting (chattering)', meaning: 'Bursts of spikes less than 5 ms apart, again and again.' },
    adapting: { name: 'spike frequency adaptation', meaning: 'The intervals grow from spike to spike.' },
    speedingUp: { name: 'spiking that speeds up', meaning: 'The intervals shrink from spike to spike.' },
    irregular: { name: 'irregular spiking', meaning: 'Intervals that do not repeat.' },
    tonic: { name: 'tonic spiking', meaning: 'Single spikes, again and again, as long as the current stays.' },
    uneven: { name: 'tonic spiking, uneven', meaning: 'Single spikes, again and again, whose intervals differ a little.' },
    inducedSpiking: { name: 'inhibition-induced spiking', meaning: 'It fires only while it is inhibited.' },
    inducedBursting: { name: 'inhibition-induced bursting', meaning: 'It fires bursts only while it is inhibited.' },
  },
  /** The numbers that go with a regime. */
  details: {
    none: 'no spikes', noneYet: 'no spikes yet', noneAfter: 'no spikes, after {what}', soFar: '{spikes} so far',
    spikes: { one: '{n} spike', other: '{n} spikes' }, then: '{spikes}, then silence', one: 'one spike',
    kick: 'a kick', pulse: 'a pulse', pulses: '{n} pulses', byNoise: 'by noise', byChange: 'by a current that changes',
    driven: '{by}: {rate}', drivenNoise: '{by}: {rate}, CV {cv}', rate: '{rate} spikes/s',
    mixed: 'a burst of {count}, then {rate}', bursts: '{within} ms within bursts, {between} ms between',
    apart: '{first} to {last} ms apart',
  },
  /** Why a run ended, before what the library says of it. */
  stopped: {
    IZH_E_DIVERGED: 'The neuron ran away: v or u left every bound that a cell knows.',
    IZH_E_RESET: 'The reset does not end the spike: it lands at or above the peak.',
    IZH_E_TOLERANCE: 'The method cannot keep its accuracy here.',
    IZH_E_MEMORY: 'The browser gives no more memory.',
    IZH_E_INVALID: 'The library refused a value.',
  },
  libraryWords: '{why} libizh: {message}',
  tour: {
    rests: {
      title: 'It rests',
      text: 'Without a current this neuron stays at −70 mV, where all that pushes v and u cancels. Pushed a little, it comes back.',
      task: 'press Kick, and let it run for 20 ms.',
      after: 'v fell back to −70 mV: the rest is stable.',
    },
    fires: {
      title: 'It fires',
      text: 'Above 4 mV/ms nothing holds v any more: it runs to the peak, is reset to c, and u jumps by d. The jump makes the next spike wait.',
      task: 'raise the current I to 10, and wait for three spikes.',
      after: 'the intervals grow at first, as u adds up from spike to spike.',
    },
    bursts: {
      title: 'Make it burst',
      text: 'A spike that is reset high starts the next one at once, and a small jump lets many follow. Then u is large enough to end the burst.',
      task: 'set the reset c to −50, and the jump d to 2.',
      after: 'bursts, again and again: the chattering cell of 2003.',
    },
    rings: {
      title: 'Why it rings',
      text: 'Around this rest the flow turns, as its eigenvalues are complex: a push makes v swing before it settles. Such a neuron hears best what comes in its own rhythm.',
      task: 'press Kick, and watch the spiral for 40 ms. Drag the red dot, too.',
      after: 'it turned about the rest, once in some 41 ms.',
    },
    classes: {
      title: 'Class 1 and class 2',
      text: 'As the current grows, rest ends in a fold, where firing can begin as slowly as you like (class 1), or in a Hopf bifurcation, where it begins at a rate of its own (class 2). A square marks a fold, a ring a Hopf bifurcation.',
      task: 'raise b until the rest ends in a Hopf bifurcation.',
      after: 'where b is above a, u answers fast enough to make the rest swing before it ends.',
    },
    euler: {
      title: 'Why Euler lies',
      text: 'Euler’s method goes straight on for a whole step, however the flow bends. Each spike is late by a little, and the errors add up.',
      task: 'give Euler a step of 0.1 ms, in Compared methods.',
      after: 'a tenth of the step, about a tenth of the error.',
    },
    late: {
      title: '151 ms late',
      text: 'In 1000 ms this neuron fires 23 times. The program of 2003, in its steps of 1 ms, has 20 spikes, and its 20th is 151 ms late.',
      task: 'add a method that keeps up with it.',
      after: 'the table says how late each of them is. That is what libizh is for.',
    },
    two: {
      title: 'Two neurons',
      text: 'Each inhibits the other, for some 5 ms, from 1 ms after its spike on. They begin apart and are not quite alike, and yet soon fire together: inhibition can bind.',
      task: 'raise the delay to 4 ms, and wait until they fire in turns.',
      after: 'what comes half a cycle late keeps them half a cycle apart.',
    },
  },
  tourDo: 'To do:',
  tourDone: 'Done:',
  tourNext: 'Next',
  tourEnd: 'To the end',
  meanings: 'What the names of regimes mean',
  mapMeanings: 'What the names on the map mean',
  coupledMeanings: 'What the names of pairs and of the network mean',
  freeze: { off: 'Freeze', on: 'Unfreeze' },
  /** Where a neuron stands still. */
  kinds: {
    '': '', 'stable node': 'stable node', 'stable focus': 'stable focus', 'unstable node': 'unstable node',
    'unstable focus': 'unstable focus', saddle: 'saddle', fold: 'fold (saddle-node)', centre: 'Hopf point', kink: 'point on the kink',
    degenerate: 'degenerate point',
  },
  bifurcations: { '': '', fold: 'fold', Hopf: 'Hopf', peak: 'peak' },
  spikes: { one: 'spike', other: 'spikes' },
  traces: {
    nothing: 'Nothing has happened yet: start the simulation.',
    next: 'what comes next',
    described: 'Traces at {t} ms: v is {v} mV, u is {u} {unit}, the current is {I} {unit}. {count} {spikes} in the last {window} ms{last}.',
    last: ', the last at {t} ms',
    frozen: ' A frozen trace lies below.',
  },
  phase: {
    tools: 'Zoom', nearer: 'Nearer (+)', farther: 'Farther (−)', all: 'all', allOf: 'Show all (0)',
    atCurrent: ' at I = {I} {unit}', peak: 'peak', reset: 'reset', threshold: 'threshold', stableManifold: ', the saddle’s stable manifold',
    wayOut: 'way out', unstableManifold: ', its unstable manifold', noPoint: 'no fixed point',
    restEnds: 'rest up to I = {I} {unit} ({kind})',
    point: '{kind}: {v} mV, {u} {unit}',
    pointSaid: '{kind} at v {v} mV, u {u} {unit}, {eigenvalues}',
    described: 'Phase plane at {t} ms with a current of {I} {unit}: the neuron is at v {v} mV, u {u} {unit}. {points}{end}',
    points: 'Fixed points: {found}.', noPoints: 'There is no fixed point below the peak.', end: ' It has: {end}.',
  },
  neuron: {
    label: 'The neuron in space. Arrow keys turn it, plus and minus zoom, Home goes back.',
    pulse: 'a pulse: {n} spikes', peak: 'peak {v} mV',
    described: 'A neuron at {t} ms: its soma glows with v, {v} mV, {share} % of the way to the peak. {under}, which takes {travel} ms; {count} since the start.',
    under: { one: '{n} spike is on the way down the axon', other: '{n} spikes are on the way down the axon' },
  },
  raster: {
    none: 'No spikes in {t} ms.',
    intervals: ' The mean interval is {mean} ms, its coefficient of variation {cv}.',
    described: '{count} {spikes} in {t} ms, {rate} a second.{intervals}',
    time: 't in the row, ms', rows: 'row starts at, s',
    noneYet: 'No spikes yet: raise the current, or give the neuron a kick.', start: 'Start the simulation: its spikes appear here.',
    spikes: 'spikes', aSecond: 'a second', mean: 'ms, mean ISI', cv: 'CV of ISI',
    isi: 'ISI, ms', interval: 'interval between spikes (ISI), ms', count: 'intervals', first: 'Two spikes make the first interval.',
  },
  compare: {
    headings: ['Method', 'Spikes', 'Missed / extra', 'Last error, ms', 'Worst error, ms', 'Evaluations', 'Time, ms'],
    onGrid: ', grid', table: 'Errors and cost of each method',
    status: '{name}: {status}',
    row: '{name}: {spikes} spikes, missed or extra {missed}, last error {last} ms, worst {worst} ms, {rhs} evaluations',
    described: 'Comparison over {window} ms, in which taylor has {count} {spikes}. {rows}.',
    early: 'taylor, the reference, ended early: {reason}', against: 'Spike times against taylor’s; late is positive',
    reference: 'reference: taylor', error: 'size of the error of each spike’s time, ms',
    noSpike: 'taylor has no spike in this window: raise the current, or make the window longer.',
    nothing: 'Add methods to compare, beside or below the view.',
    running: 'running, {share} %',
  },
  sweep: {
    sweep: 'Sweep', list: 'What is swept', stable: 'stable', unstable: 'unstable', first: 'first interval',
    steady: 'steady', rate: 'spikes/s', option: '{name}, {meaning}', at: '{kind} at {I} {unit}',
    described: 'Sweep of {name} from {lo} to {hi} {unit}, now {value}. {count} equilibria there, {stable} stable; {rate}{found}',
    unknownRate: 'its rate is not known yet.', firing: 'it fires {rate} times a second.', found: ' Bifurcations: {found}.',
  },
  map: {
    map: 'Map of', list: 'Parameters of the map', planes: { cd: 'c and d', ab: 'a and b' },
    cell: 'cell of 2003 (hollow: on another map)', neuron: 'the neuron', fixed: 'everywhere: {values}',
    described:
      'Map of regimes, with {values} everywhere. The neuron is at {x}, {y}: {regime}. Of what is known of the map: {shares}.',
    regimes: {
      silent: { name: 'silent', meaning: 'No spike in 1000 ms.' },
      phasic: { name: 'phasic', meaning: 'Spikes at the onset, none in the later half of 1000 ms.' },
      tonic: { name: 'tonic', meaning: 'One rhythm: the intervals of the later half differ by at most a tenth.' },
      adapting: { name: 'adapting', meaning: 'One rhythm, at most half as fast as at the first interval.' },
      onset: { name: 'burst, then tonic', meaning: 'One rhythm, after a leap: an interval at least 3 times the one before.' },
      bursting: { name: 'bursting', meaning: 'The longest interval of the later half is at least 3 times the shortest.' },
      uneven: { name: 'uneven', meaning: 'The longest interval of the later half is 1.1 to 3 times the shortest.' },
      unknown: { name: 'not known', meaning: 'Too fast to be followed, a first spike after 500 ms, or no such neuron.' },
    },
  },
  /** Below a picture on paper, and in files. */
  paper: {
    neuron: 'Neuron, {form} form: {values}',
    start: 'Start: v = {v} mV, u = {u} {unit}. {current}',
    method: 'Method: {method}, {events} events{step}. libizh', step: ', step {step} ms',
    current: 'Current, {kind}: {values}', pieces: 'Current, {unit}: {pieces}{more}', piece: '{I}{slope} from {t} ms',
    slope: ' + {slope} per ms', more: ' and {count} more pieces',
  },
  csv: {
    vBefore: 'v before', uBefore: 'u before', vAfter: 'v after', uAfter: 'u after', neuron: 'neuron',
    excitatory: 'excitatory spikes', inhibitory: 'inhibitory spikes',
  },
  /** Two neurons. */
  pair: {
    section: 'Two neurons',
    list: 'Pair',
    own: 'a pair of your own',
    note: 'Two neurons as below, solved exactly. Their synapses act at ticks of 0.1 ms, towards 0 mV or −80 mV.',
    presets: {
      synchrony: 'Inhibition, quick: in step',
      turns: 'Inhibition, late: in turns',
      excitation: 'Excitation',
      uncoupled: 'Not coupled: they drift',
      halfCentre: 'Half-centre: bouts in turns',
      winner: 'Half-centre: the first one wins',
    },
    fields: {
      g12: 'from 1 to 2, inhibits below 0', g21: 'from 2 to 1, inhibits below 0', delay: 'delay of a spike',
      tau: 'decay of its effect', dI: 'more current in 2', dv: 'more v in 2 at the start',
    },
    regimes: {
      undecided: { name: 'undecided', meaning: 'There are too few spikes yet to say.' },
      silent: { name: 'silent', meaning: 'Nobody fires.' },
      alone: { name: 'one alone', meaning: 'One fires, the other is silent.' },
      bouts: { name: 'bouts in turns', meaning: 'Each fires several spikes, then the other does: a half-centre.' },
      drifting: { name: 'drifting', meaning: 'The lag from one’s spike to the other’s changes from cycle to cycle.' },
      inStep: { name: 'in step', meaning: 'They fire together, to a twentieth of a cycle.' },
      inTurns: { name: 'in turns', meaning: 'Each fires half a cycle after the other, to a twentieth of it.' },
      locked: { name: 'locked', meaning: 'One fires after the other with a lag that stays.' },
    },
    details: {
      early: 'wait for more spikes', none: 'no spikes', alone: 'neuron {neuron} is silent',
      bouts: '{count} spikes in a bout, {length} ms', lag: 'lag {lag} ms in a cycle of {cycle} ms',
    },
    neuron: 'neuron {neuron}: v, mV',
    phase: 'phase of 2 in the cycle of 1',
    described: 'Two neurons at {t} ms: v is {v1} and {v2} mV. {first} and {second} spikes in the last {window} ms. {phase}',
    describedPhase: 'The second fired last {lag} ms after the first, in a cycle of {cycle} ms.',
    caption: 'Two of it, coupled: {numbers}. Synapses of conductance towards 0 mV, or −80 mV where it inhibits',
    method: 'Method: taylor, exact events, ticks of {tick} ms. libizh',
  },
  /** The network of 2003. */
  network: {
    section: 'Network of 2003',
    note: '800 excitatory and 200 inhibitory neurons, each onto each, with weights drawn from 0 to the largest, each neuron under noise of its own. In steps of 1 ms, as published.',
    paper: 'As in the paper',
    fields: {
      wE: 'largest excitation', wI: 'largest inhibition', noiseE: 'noise, excitatory cells', noiseI: 'noise, inhibitory cells',
      draw: 'same seed, same network', span: 'time shown',
    },
    regimes: {
      undecided: { name: 'undecided', meaning: 'There are too few spikes yet to say.' },
      silent: { name: 'silent', meaning: 'Nobody fires.' },
      asynchronous: { name: 'asynchronous', meaning: 'Spikes in a ms vary as if the neurons did not know of each other.' },
      irregular: { name: 'irregular volleys', meaning: 'Neurons fire together, but not after a time that repeats.' },
      rhythm: { name: 'rhythm', meaning: 'Neurons fire together, again and again after about the same time.' },
    },
    details: { fano: 'spikes in a ms: variance / mean {fano}', rhythm: 'about {hertz} Hz; {loud}' },
    rate: '/s',
    neuron: 'neuron',
    excitatory: 'excitatory',
    inhibitory: 'inhibitory',
    counts: 'spikes in a ms',
    every: 'one spike in {every} is drawn',
    described: 'Network at {t} ms: in the last {span} ms excitatory neurons fired {E}, inhibitory ones {I} times a second.',
    caption: 'Network of 800 excitatory and 200 inhibitory neurons (Izhikevich, 2003): {numbers}',
    method: 'Method: published-2003, steps of 1 ms. libizh',
  },
} as const

/** The shape of the table, with any strings. */
type Table<T> = T extends string ? string : { readonly [K in keyof T]?: Table<T[K]> }
export type Translation = Table<typeof ENGLISH>

/** Put here by build.mjs. */
declare const TRANSLATION: Translation

/** The first, with what the second has of it. */
function translated<T extends object>(table: T, other: object): T {
  const entries = Object.entries(table).map(([name, own]) => {
    const found: unknown = (other as Record<string, unknown>)[name]
    if (typeof own === 'string') return [name, typeof found === 'string' ? found : own]
    return [name, translated(own as object, (found as object | undefined) ?? {})]
  })
  const more = Object.entries(other).filter(([, text]) => typeof text === 'string') // further forms of a plural
  return (Array.isArray(table) ? entries.map(([, value]) => value) : Object.fromEntries([...more, ...entries])) as T
}

export const TEXTS = translated(ENGLISH, typeof TRANSLATION === 'undefined' ? {} : TRANSLATION)

export type TourStep = keyof typeof TEXTS.tour
export type RegimeName = keyof typeof TEXTS.regimes

/** The names in braces of a text. */
type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never

/** A text with values for its names in braces. */
export function say<S extends string>(text: S, values: Record<Names<S>, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name as Names<S>]))
}

/** The form of a text that goes with a number, which it may have as {n}; a language may have more than two. */
export function plural(n: number, forms: { one: string; other: string }): string {
  const rule = new Intl.PluralRules(TEXTS.language).select(n)
  return say((forms as Partial<Record<string, string>>)[rule] ?? forms.other, { n } as Record<string, number>)
}

/** Why a run ended, in words for people, then in the library's. */
export function stopText(status: string, message: string): string {
  const words: Partial<Record<string, string>> = TEXTS.stopped
  const why = words[status]
  return why ? say(TEXTS.libraryWords, { why, message }) : message
}
