/** What the page says, in English: another language is another table like this one. Words of the library (its
 * presets' titles and why it refuses something) are not here. */
export const TEXTS = {
  copied: 'Copied',
  copyLink: 'Copy link',
  embed: {
    copy: 'Copy iframe',
    parts: { tabs: 'the views’ tabs', status: 'regime and numbers', time: 'run, step, reset' },
    lists: { preset: 'list of presets', current: 'kind of current', method: 'method' },
  },
  /** What the names of regimes mean; a name that begins with one of these means that. */
  regimes: {
    undecided: 'The spikes so far may become more than one of the patterns.',
    quiescent: 'It rests: no spikes, for longer than it takes to settle.',
    'driven spiking': 'The current changes all the time, and the spikes follow it.',
    'response to': 'It fired because it was pushed, and went back to rest.',
    'rebound spike': 'It fired once because an inhibition ended.',
    'rebound burst': 'It fired a burst because an inhibition ended.',
    'spiking that ended': 'It fired for a while, then fell silent under the same current.',
    'phasic spiking': 'It answers the onset of the current with a spike or two, then rests though the current stays.',
    'phasic bursting': 'It answers the onset of the current with one burst, then rests though the current stays.',
    'mixed mode': 'A burst at the onset, then single spikes.',
    'irregular bursting': 'Bursts that do not repeat.',
    'tonic bursting': 'Bursts, again and again, as long as the current stays.',
    'spike frequency adaptation': 'The intervals grow from spike to spike.',
    'spiking that speeds up': 'The intervals shrink from spike to spike.',
    'irregular spiking': 'Intervals that do not repeat.',
    'tonic spiking': 'Single spikes, again and again, as long as the current stays.',
    'inhibition-induced': 'It fires only while it is inhibited.',
  },
  /** Why a run ended, before what the library says of it. */
  stopped: {
    IZH_E_DIVERGED: 'The neuron ran away: v or u left every bound that a cell knows.',
    IZH_E_RESET: 'The reset does not end the spike: it lands at or above the peak.',
    IZH_E_TOLERANCE: 'The method cannot keep its accuracy here.',
    IZH_E_MEMORY: 'The browser gives no more memory.',
    IZH_E_INVALID: 'The library refused a value.',
  },
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
  },
  tourDo: 'To do:',
  tourDone: 'Done:',
  tourNext: 'Next',
  tourEnd: 'To the end',
  meanings: 'What the names of regimes mean',
  phase: {
    tools: 'Zoom', nearer: 'Nearer (+)', farther: 'Farther (−)', all: 'all', allOf: 'Show all (0)',
  },
  sweep: {
    sweep: 'Sweep', list: 'What is swept', stable: 'stable', unstable: 'unstable', first: 'first interval',
    steady: 'steady', rate: 'spikes/s',
  },
  freeze: { off: 'Freeze', on: 'Unfreeze' },
  map: {
    map: 'Map of', list: 'Parameters of the map', planes: { cd: 'c and d', ab: 'a and b' },
    cell: 'cell of 2003; hollow: not of this map', neuron: 'the neuron', fixed: 'everywhere: {values}',
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
  mapMeanings: 'What the names on the map mean',
} as const

/** The names in braces of a text. */
type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never

/** A text with values for its names in braces. */
export function say<S extends string>(text: S, values: Record<Names<S>, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name as Names<S>]))
}

export type TourStep = keyof typeof TEXTS.tour

/** What the name of a regime means; '' where it has no meaning of its own. */
export function meaningOf(regime: string): string {
  const found = Object.entries(TEXTS.regimes).find(([name]) => regime.startsWith(name))
  return found?.[1] ?? ''
}

/** Why a run ended, in words for people, then in the library's. */
export function stopText(status: string, message: string): string {
  const words: Partial<Record<string, string>> = TEXTS.stopped
  const why = words[status]
  return why ? `${why} libizh: ${message}` : message
}
