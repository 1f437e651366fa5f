/** Shortcuts. */
import { VIEW_NAMES, type ViewName } from './setup'

export interface Commands {
  toggleRunning(): void
  step(): void
  reset(): void
  kick(): void
  freeze(): void
  sound(): void
  show(view: ViewName): void
  undo(): void
  redo(): void
  help(): void
}

/** What the key is meant for: a text field wants all, a button and a list want space and letters. */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('textarea, select, input:not([type=range]):not([type=radio])')) return true
  if (target.closest('dialog')) return true
  return key === ' ' && target.closest('button, summary, [role=tab], input[type=radio]') !== null
}

export function listen(commands: Commands): void {
  const keys: Record<string, () => void> = {
    ' ': () => commands.toggleRunning(),
    '.': () => commands.step(),
    r: () => commands.reset(),
    k: () => commands.kick(),
    f: () => commands.freeze(),
    s: () => commands.sound(),
    '?': () => commands.help(),
  }
  VIEW_NAMES.forEach((view, i) => { keys[i + 1] = () => commands.show(view) })

  document.addEventListener('keydown', (event) => {
    if (belongsTo(event.target, event.key)) return
    const key = event.key.toLowerCase()
    if (event.altKey) return
    const action =
      event.ctrlKey || event.metaKey
        ? key === 'z' ? (event.shiftKey ? commands.redo : commands.undo)
          : key === 'y' ? commands.redo : undefined
        : keys[key]
    if (!action) return
    event.preventDefault()
    action.call(commands)
  })
}
