/** The page: a setup, what is simulated of it, and what is seen of that. */
import library from 'izh.wasm.gz'
import { checkSetup } from './check'
import { setupText } from './caption'
import { Panel } from './controls'
import type { Course, Readout } from './course'
import { byId, h, setText } from './dom'
import { EmbedDialog, trimPanel, undress } from './embed'
import { Engine, IzhError, Neuron, type Params, type Spike, type State } from './engine'
import { EXPORTS, exportAs } from './export'
import { currentUnit } from './fields'
import { History } from './history'
import { inflated } from './inflate'
import { listen } from './keyboard'
import { NetworkCourse } from './crowd'
import { PairCourse } from './pairing'
import { short } from './plot'
import { PresetFinder, endOf } from './presets'
import { VIEW_NAMES, defaultSetup, speedOf, type Setup, type ViewName } from './setup'
import { Simulation } from './simulation'
import { Clicks } from './sound'
import { TextError, formatNumber } from './stimulus'
import { trainAt } from './sweep'
import { say, TEXTS } from './texts'
import { onSystemTheme, paperTheme, readTheme, recallTheme, toggleTheme } from './theme'
import { Tour, stepOf } from './tour'
import { embedHash, embeddingOf, fromHash, toShortHash, type Embedding } from './url'
import type { Actions, MakeView, Scene, View } from './view'
import { make as makeSweep } from './views/bifurcation'
import { make as makeCompare } from './views/compare'
import { make as makeMap } from './views/map'
import { make as makeNetwork } from './views/network'
import { make as makeNeuron } from './views/neuron'
import { make as makePair } from './views/pair'
import { make as makePhase } from './views/phase'
import { make as makeRaster } from './views/raster'
import { make as makeTraces } from './views/traces'

const VIEWS: Record<ViewName, MakeView> = {
  traces: makeTraces, phase: makePhase, neuron: makeNeuron, raster: makeRaster, compare: makeCompare, sweep: makeSweep,
  map: makeMap, pair: makePair, network: makeNetwork,
}

const STATUS_INTERVAL = 120 // ms: numbers that change faster cannot be read
const ANNOUNCE_INTERVAL = 4000 // ms
const URL_DELAY = 250 // ms: browsers refuse more than a few hundred changes of the address a minute

/** For tests and the curious: `izhViewer` in the console. */
export interface Hook {
  engine: Engine
  /** For neurons beside the page's: new izhViewer.Neuron(izhViewer.engine, config). */
  Neuron: typeof Neuron
  setup(): Setup
  /** Shows a setup and restarts; throws where it is refused. */
  load(setup: Setup): void
  /** Simulates so many ms at once. */
  step(ms: number): void
  pause(): void
  run(): void
  reset(): void
  spikes(): readonly Spike[]
  state(): State & { t: number }
  scene(): Scene
  regime(): string
  link(): string
  /** The spike times that sweeps and maps are made of: 1000 ms from rest under a current; null: too many. */
  train(params: Params, I: number): number[] | null
}

class Page {
  readonly engine = new Engine(inflated(library))
  private setup: Setup
  private readonly finder = new PresetFinder(this.engine)
  /** null: a whole page. */
  private readonly embedding: Embedding | null = embeddingOf(location.hash)
  private readonly simulation: Simulation
  /** What is shown, and its clock: the neuron, or what the view has in its place. */
  private course: Course
  private readonly courses: Partial<Record<ViewName, Course>> = {}
  private readonly history: History
  private readonly panel: Panel
  private readonly clicks = new Clicks()
  private readonly tour = new Tour({
    open: (link) => this.open(link),
    setup: () => this.setup,
    moved: () => this.writeAddress(),
  })
  private readonly views = new Map<ViewName, View>()
  private shown: { name: ViewName; view: View } | null = null
  private frameId = 0
  private lastFrame = 0
  private lastStatus = 0
  private lastAnnounced = 0
  private announced = ''
  private urlTimer = 0
  /** The view's element has another size, which the next frame tells it. */
  private resized = false
  private printing = false

  constructor() {
    recallTheme()
    this.setup = this.setupOfAddress(TEXTS.link.default) ?? defaultSetup()
    this.simulation = new Simulation(this.engine, this.setup)
    this.course = this.simulation
    this.history = new History(this.setup)
    if (this.embedding) undress(this.embedding.controls)
    this.panel = new Panel(this.engine, byId('panel'), this.setup, this.finder, {
      change: (setup, what, gesture) => this.change(setup, what, gesture),
      endGesture: () => this.history.endGesture(),
      restart: () => this.restart(),
      refuse: (message) => this.complain(message),
      inform: (message) => this.say(message, 'notice'),
    })
    this.makeTabs()
    this.listen()
    this.apply()
    this.takeTour(location.hash)
    setText(byId('version'), this.engine.version)
    setText(byId('last-view'), String(VIEW_NAMES.length))
    this.explain()
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) this.run()
    this.schedule()
  }

  hook(): Hook {
    return {
      engine: this.engine,
      Neuron,
      setup: () => structuredClone(this.setup),
      load: (setup) => this.load(structuredClone(setup)),
      step: (ms) => {
        this.course.step(ms)
        this.updateStatus()
      },
      pause: () => this.pause(),
      run: () => this.run(),
      reset: () => this.restart(),
      spikes: () => this.course.scene().spikes,
      state: () => ({ t: this.course.now, ...this.course.scene().state }),
      scene: () => this.course.scene(),
      regime: () => this.course.regime().name,
      link: () => this.link(),
      train: (params, I) => trainAt(this.engine, params, I),
    }
  }

  // ---- the setup ----

  /** null, and a message, where the address is no setup. */
  private setupOfAddress(otherwise: string): Setup | null {
    if (location.hash.length < 2) return null
    try {
      const unknown: string[] = []
      const setup = fromHash(location.hash, unknown, this.finder)
      checkSetup(this.engine, setup)
      this.dismiss()
      if (unknown.length)
        this.say(say(TEXTS.link.unknown, { keys: unknown.join('; ') }), 'notice')
      return setup
    } catch (error) {
      this.complain(say(TEXTS.link.wrong, { reason: messageOf(error), otherwise }))
      return null
    }
  }

  private takeTour(hash: string): void {
    const step = stepOf(hash)
    if (step !== null) this.tour.go(step)
  }

  /** Shows the end of a link of the page's own, from the start, and runs it where things may move. */
  private open(link: string): void {
    this.dismiss()
    const { speed, pace } = this.setup
    this.load({ ...fromHash(link, [], this.finder), speed, pace })
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) this.run()
  }

  /** What the panel asks for; refused, all stays as it is. */
  private change(setup: Setup, what: string, gesture: string | null): void {
    try {
      checkSetup(this.engine, setup)
    } catch (error) {
      this.complain(say(TEXTS.refused, { what, reason: messageOf(error) }))
      this.panel.show(this.setup)
      return
    }
    this.dismiss()
    this.setup = setup
    this.history.push(setup, gesture)
    this.apply()
  }

  private load(setup: Setup): void {
    checkSetup(this.engine, setup)
    this.setup = setup
    this.history.push(setup, null)
    this.apply()
    this.restart()
  }

  private undo(setup: Setup | null): void {
    if (!setup) return
    this.setup = setup
    this.apply()
  }

  private apply(): void {
    const { setup, simulation } = this
    this.follow(setup)
    this.panel.show(setup)
    const found = this.panel.found()
    simulation.setMark(found?.flavour ? endOf(found.preset, found.flavour) : Infinity)
    const speed = speedOf(setup)
    byId<HTMLInputElement>('speed').value = String(Math.log10(speed))
    byId('speed').style.setProperty('--share', `${(100 * (Math.log10(speed) + 2)) / 3}%`)
    byId('speed').setAttribute('aria-valuetext', say(TEXTS.speedSaid, { speed }))
    setText(byId('speed-value'), `× ${speed}`)
    byId<HTMLButtonElement>('freeze').disabled = this.course !== simulation
    byId('kick').title = say(TEXTS.kickTitle, { kick: formatNumber(setup.kick) })
    byId<HTMLButtonElement>('undo').disabled = !this.history.canUndo
    byId<HTMLButtonElement>('redo').disabled = !this.history.canRedo
    if (this.embedding) trimPanel(this.embedding.controls)
    this.showView(setup.view)
    clearTimeout(this.urlTimer)
    this.urlTimer = setTimeout(() => this.writeAddress(), URL_DELAY)
    this.updateStatus()
  }

  /** Shows what goes on in the view; what is no longer shown stands still. */
  private follow(setup: Setup): void {
    const before = this.course
    this.course = this.courseOf(setup)
    this.course.adopt(setup)
    if (this.course === before) return
    this.course.running = before.running
    before.running = false
    this.course.revision++
  }

  private courseOf(setup: Setup): Course {
    if (setup.view === 'pair') return (this.courses.pair ??= new PairCourse(this.engine, setup))
    if (setup.view === 'network') return (this.courses.network ??= new NetworkCourse(this.engine, setup))
    return this.simulation
  }

  private writeAddress(): void {
    const { step } = this.tour
    const hash = step === null ? toShortHash(this.setup, this.finder) : `#tour=${step + 1}`
    history.replaceState(null, '', hash + (this.embedding ? embedHash(this.embedding) : ''))
    byId<HTMLAnchorElement>('open-whole').href = this.link()
  }

  /** To a whole page with this setup. */
  private link(): string {
    return location.href.replace(/#.*$/, '') + toShortHash(this.setup, this.finder)
  }

  private set(part: Partial<Setup>): void {
    this.setup = { ...this.setup, ...part }
    this.history.push(this.setup, null)
    this.apply()
  }

  // ---- time ----

  private run(): void {
    if (this.course.trouble) this.course.reset()
    this.course.running = true
    this.course.achieved = 1
    this.course.revision++
    this.updateStatus()
  }

  private pause(): void {
    this.course.running = false
    this.course.revision++
    this.updateStatus()
    this.announce(true)
  }

  private restart(): void {
    this.course.reset()
    this.updateStatus()
  }

  private step(): void {
    this.course.running = false
    this.course.step(this.course.stepLength())
    this.updateStatus()
  }

  private toggleRunning(): void {
    if (this.course.running) this.pause()
    else this.run()
  }

  /** Nothing goes on in a page that is not seen. */
  private schedule(): void {
    cancelAnimationFrame(this.frameId)
    if (document.hidden) return
    this.lastFrame = performance.now()
    const frame = (time: number) => {
      this.frameId = requestAnimationFrame(frame)
      this.frame(time)
    }
    this.frameId = requestAnimationFrame(frame)
  }

  private frame(time: number): void {
    const { course } = this
    const wasRunning = course.running
    const [begun, count] = [course.now, course.spikeCount]
    course.frame(Math.max(0, time - this.lastFrame))
    this.lastFrame = time
    if (wasRunning) this.sound(begun, course.spikeCount - count)
    if (this.resized) this.resize()
    this.shown?.view.draw(course.scene())
    if (!wasRunning) return
    const ended = !course.running
    if (ended || time - this.lastStatus > STATUS_INTERVAL) this.updateStatus()
    this.announce(ended)
  }

  /** So many spikes came since a time, ms: heard as far apart as they are seen. */
  private sound(begun: number, count: number): void {
    const delay = (t: number) => (t - begun) / speedOf(this.setup) / 1000
    this.clicks.play(delay(this.course.now), count ? latestOf(this.course.scene(), count).map(delay) : [])
  }

  // ---- views ----

  private makeTabs(): void {
    const tabs = VIEW_NAMES.map((name) =>
      h('button', {
        type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'view',
        click: () => this.set({ view: name }),
      }, TEXTS.views[name]))
    byId('tabs').append(...tabs)
    byId('tabs').addEventListener('keydown', (event) => {
      const at = VIEW_NAMES.indexOf(this.setup.view)
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      const name = VIEW_NAMES.at(to % VIEW_NAMES.length)!
      this.set({ view: name })
      byId(`tab-${name}`).focus()
    })
  }

  private showView(name: ViewName): void {
    if (this.shown?.name === name) return
    let view = this.views.get(name)
    if (!view) {
      view = VIEWS[name](this.engine, this.actions())
      this.views.set(name, view)
    }
    this.shown = { name, view }
    byId('view').replaceChildren(view.element)
    byId('view').setAttribute('aria-labelledby', `tab-${name}`)
    for (const one of VIEW_NAMES) {
      byId(`tab-${one}`).setAttribute('aria-selected', String(one === name))
      byId(`tab-${one}`).tabIndex = one === name ? 0 : -1
    }
    this.resize()
  }

  private actions(): Actions {
    return {
      setState: (state) => {
        this.simulation.setState(state)
        this.updateStatus()
      },
      change: (part, what, gesture) => this.change({ ...this.setup, ...part }, what, gesture),
      endGesture: () => this.history.endGesture(),
    }
  }

  private resize(): void {
    this.resized = false
    this.course.revision++
    this.shown?.view.resize(this.printing ? paperTheme() : readTheme())
  }

  // ---- words ----

  private complain(message: string): void {
    this.say(message, 'complaint')
  }

  private say(message: string, kind: 'complaint' | 'notice'): void {
    byId('message').hidden = false
    byId('message').dataset.kind = kind
    setText(byId('message-text'), message)
  }

  private dismiss(): void {
    byId('message').hidden = true
    setText(byId('message-text'), '')
  }

  private updateStatus(): void {
    this.lastStatus = performance.now()
    const scene = this.course.scene()
    const regime = this.course.regime()
    setText(byId('regime'), scene.trouble ? TEXTS.stoppedName : regime.name)
    byId('regime').title = scene.trouble ? '' : 'meaning' in regime ? regime.meaning : TEXTS.regimes[regime.id].meaning
    setText(byId('regime-detail'), scene.trouble ?? regime.detail)
    byId('status').classList.toggle('stopped', scene.trouble !== null)
    setText(byId('now'), scene.now.toFixed(1))
    this.updateReadouts(scene)
    setText(byId('run'), scene.running ? TEXTS.pause : TEXTS.run)
    this.updateCounts(scene)
    this.tour.check({ engine: this.engine, scene, regime: regime.id })
  }

  private updateReadouts({ state, current, setup }: Scene): void {
    const others = this.course.readouts?.()
    for (const one of document.querySelectorAll<HTMLElement>('.readouts > .own')) one.hidden = others !== undefined
    byId('others').hidden = others === undefined
    if (others) return show(byId('others'), others)
    const unit = currentUnit(setup.form)
    setText(byId('v'), short(state.v))
    setText(byId('u'), `${short(state.u)} ${unit}`)
    setText(byId('I'), `${short(current)} ${unit}`)
  }

  private updateCounts(scene: Scene): void {
    const { simulation, course } = this
    const within = course === simulation && simulation.changedAt === 0 ? simulation.spikesAtMark() : null
    byId('within').hidden = within === null
    if (within !== null) setText(byId('within'), say(TEXTS.within, { ms: simulation.mark, count: within }))
    const slow = scene.running && course.achieved < 0.9
    const share = Number(course.achieved.toPrecision(2))
    setText(byId('spikes'), slow
      ? say(TEXTS.slow, { share })
      : say(TEXTS.count, { count: course.spikeCount }))
  }

  /** For screen readers: the regime when it changes, and the whole view when it stands still. */
  private announce(whole: boolean): void {
    const time = performance.now()
    if (!this.shown || (!whole && time - this.lastAnnounced < ANNOUNCE_INTERVAL)) return
    this.lastAnnounced = time
    const scene = this.course.scene()
    const regime = this.course.regime().name
    if (whole) setText(byId('announcer'), scene.trouble ?? this.shown.view.describe(scene))
    else if (regime !== this.announced) setText(byId('announcer'), regime)
    this.announced = regime
  }

  // ---- what the user does ----

  private listen(): void {
    const { simulation, history: past } = this
    const kick = () => {
      this.course.kick(this.setup.kick)
      this.tour.kicked(this.course.now)
      this.updateStatus()
    }
    const freeze = () => {
      if (this.course !== simulation) return
      const frozen = simulation.toggleFrozen()
      byId('freeze').setAttribute('aria-pressed', String(frozen))
      setText(byId('freeze'), frozen ? TEXTS.freeze.on : TEXTS.freeze.off)
    }
    const sound = () => {
      if (Clicks.possible) byId('sound').setAttribute('aria-pressed', String(this.clicks.toggle()))
    }
    const clicked = (id: string, action: () => void) => byId(id).addEventListener('click', action)
    const help = () => byId<HTMLDialogElement>('help-dialog').showModal()
    clicked('run', () => this.toggleRunning())
    clicked('step', () => this.step())
    clicked('reset', () => this.restart())
    clicked('kick', kick)
    clicked('freeze', freeze)
    clicked('sound', sound)
    byId<HTMLButtonElement>('sound').disabled = !Clicks.possible
    clicked('undo', () => this.undo(past.undo()))
    clicked('redo', () => this.undo(past.redo()))
    clicked('copy', () => void this.copyLink())
    clicked('help', help)
    clicked('tour-start', () => this.tour.go(0))
    clicked('message-close', () => this.dismiss())
    clicked('theme', () => {
      toggleTheme()
      this.resize()
      this.panel.show(this.setup)
    })
    listen({
      toggleRunning: () => this.toggleRunning(),
      step: () => this.step(),
      reset: () => this.restart(),
      kick,
      freeze,
      sound,
      show: (view) => this.set({ view }),
      undo: () => this.undo(past.undo()),
      redo: () => this.undo(past.redo()),
      help,
    })
    this.listenToSpeed()
    this.listenToExport()
    this.listenToPrint()
    onSystemTheme(() => this.resize())
    new ResizeObserver(() => { this.resized = true }).observe(byId('view'))
    byId('view').addEventListener('keydown', (event) => {
      if (event.target !== byId('view') || event.ctrlKey || event.metaKey || event.altKey) return
      if (this.shown?.view.press?.(event, this.course.scene())) event.preventDefault()
    })
    document.addEventListener('visibilitychange', () => this.schedule())
    // Before the page has started, index.html shows what went wrong.
    const failed = (reason: unknown) => this.complain(say(TEXTS.fault, { reason: String(reason) }))
    window.addEventListener('error', ({ message }) => /^ResizeObserver loop/.test(message) || failed(message))
    window.addEventListener('unhandledrejection', ({ reason }) => failed(reason))
    window.addEventListener('hashchange', () => {
      const setup = this.setupOfAddress(TEXTS.link.stays)
      if (!setup) return this.writeAddress() // which says again what is shown
      if (stepOf(location.hash) !== null) return this.takeTour(location.hash)
      this.tour.leave()
      this.load(setup)
    })
  }

  /** Into the help: what the names of regimes mean, above the view and on the map. */
  private explain(): void {
    const list = (id: string, title: string, rows: readonly { name: string; meaning: string }[]) =>
      byId(id).append(h('summary', {}, title), h('dl', {}, ...rows.map(
        ({ name, meaning }) => h('div', {}, h('dt', {}, say(name, { what: '…' })), h('dd', {}, meaning)))))
    list('meanings', TEXTS.meanings, Object.values(TEXTS.regimes))
    list('map-meanings', TEXTS.mapMeanings, Object.values(TEXTS.map.regimes))
    list('coupled-meanings', TEXTS.coupledMeanings,
      [TEXTS.pair, TEXTS.network].flatMap(({ regimes: { undecided: _, silent: __, ...regimes } }) => Object.values(regimes)))
  }

  private listenToSpeed(): void {
    const slider = byId<HTMLInputElement>('speed')
    slider.addEventListener('input', () => {
      const speed = Number((10 ** Number(slider.value)).toPrecision(2))
      this.set(this.setup.view === 'network' ? { pace: speed } : { speed })
    })
  }

  private listenToExport(): void {
    const menu = byId<HTMLDetailsElement>('export')
    const embed = new EmbedDialog((controls) => this.link() + embedHash({ controls }))
    byId('embed').addEventListener('click', () => {
      menu.open = false
      embed.open()
    })
    byId('print').addEventListener('click', () => {
      menu.open = false
      window.print()
    })
    const button = (kind: string) =>
      menu.querySelector<HTMLButtonElement>(`[data-export=${kind}]`)!
    for (const kind of EXPORTS)
      button(kind).addEventListener('click', () => {
        menu.open = false
        if (!this.shown) return
        exportAs(kind, this.shown.view, this.course.scene()).catch((error: unknown) =>
          this.complain(say(TEXTS.exportFailed, { reason: messageOf(error) })))
      })
    menu.addEventListener('toggle', () => {
      if (menu.open && this.shown)
        button('svg').disabled = this.shown.view.svg(this.course.scene()) === null
    })
    menu.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return
      menu.open = false
      menu.querySelector('summary')?.focus()
    })
    document.addEventListener('pointerdown', (event) => {
      if (!menu.contains(event.target as Node)) menu.open = false
    })
  }

  /** On paper the view is drawn anew in the colours of paper, with the setup in words below it. */
  private listenToPrint(): void {
    const redraw = (printing: boolean) => {
      this.printing = printing
      this.resize()
      this.shown?.view.draw(this.course.scene())
    }
    window.addEventListener('beforeprint', () => {
      setText(byId('caption'), setupText(this.setup).map((text) => `${text}.`).join(' '))
      redraw(true)
    })
    window.addEventListener('afterprint', () => redraw(false))
  }

  private async copyLink(): Promise<void> {
    this.writeAddress()
    try {
      await navigator.clipboard.writeText(this.link())
      setText(byId('copy'), TEXTS.copied)
      setTimeout(() => setText(byId('copy'), TEXTS.copyLink), 1500)
    } catch {
      this.say(TEXTS.cannotCopy, 'notice')
    }
  }
}

/** When the latest spikes were, of whatever goes on, ms. */
function latestOf({ spikes, pair, network }: Scene, count: number): number[] {
  if (network) return Array.from(network.t.slice(-count))
  return (pair?.spikes ?? spikes).slice(-count).map(({ t }) => t)
}

/** Numbers with their symbols; written anew only where there are others. */
function show(place: HTMLElement, readouts: readonly Readout[]): void {
  const key = readouts.map(({ symbol }) => symbol.join('_')).join()
  if (place.dataset.key !== key)
    place.replaceChildren(...readouts.map(({ symbol: [letter, index], colour }) => h('span', { class: colour },
      h('var', {}, letter), index ? h('sub', {}, index) : null, ' ', h('output', {}))))
  place.dataset.key = key
  place.querySelectorAll('output').forEach((one, i) => setText(one, readouts[i]!.value))
}

function messageOf(error: unknown): string {
  if (error instanceof IzhError || error instanceof TextError) return error.message
  if (error instanceof Error) return error.message
  throw error
}

declare global {
  interface Window {
    izhViewer: Hook
  }
}

window.izhViewer = new Page().hook()
