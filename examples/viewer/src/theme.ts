/** Light or dark: as the system says until the user says otherwise. */
import type { Theme } from './view'

const system = matchMedia('(prefers-color-scheme: dark)')

function isDark(): boolean {
  const asked = document.documentElement.dataset.theme
  return asked ? asked === 'dark' : system.matches
}

export function toggleTheme(): void {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
}

/** Calls when the system changes its mind. */
export function onSystemTheme(changed: () => void): void {
  system.addEventListener('change', changed)
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
