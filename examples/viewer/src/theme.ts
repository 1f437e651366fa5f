/** Light or dark: as the system says until the user says otherwise. */
import type { Theme } from './view'

const system = () => matchMedia('(prefers-color-scheme: dark)')

const KEY = 'izh-viewer-theme'

/** Storage may be missing, or forbidden, as some browsers have it for files: then the choice lasts as
 * long as the page. */
function storage<T>(use: (store: Storage) => T): T | null {
  try {
    return use(localStorage)
  } catch {
    return null
  }
}

/** What the user chose in an earlier visit. */
export function recallTheme(): void {
  const asked = storage((store) => store.getItem(KEY))
  if (asked === 'light' || asked === 'dark') document.documentElement.dataset.theme = asked
}

function isDark(): boolean {
  const asked = document.documentElement.dataset.theme
  return asked ? asked === 'dark' : system().matches
}

export function toggleTheme(): void {
  const theme = isDark() ? 'light' : 'dark'
  document.documentElement.dataset.theme = theme
  storage((store) => store.setItem(KEY, theme))
}

/** Calls when the system changes its mind. */
export function onSystemTheme(changed: () => void): void {
  system().addEventListener('change', changed)
}

/** For paper: the light theme, on white, whatever the page has. */
export function paperTheme(): Theme {
  const root = document.documentElement
  const before = root.dataset.theme
  root.dataset.theme = 'light'
  const theme = readTheme()
  if (before === undefined) delete root.dataset.theme
  else root.dataset.theme = before
  return { ...theme, background: '#ffffff' }
}

/** The custom properties of style.css. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    dark: isDark(),
    text: colour('text'),
    faint: colour('faint'),
    grid: colour('grid'),
    background: colour('background'),
    v: colour('v'),
    u: colour('u'),
    I: colour('I'),
    spike: colour('spike'),
  }
}
