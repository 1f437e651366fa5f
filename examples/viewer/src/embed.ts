/** The page inside another: what is left of it, and the code that puts it there. */
import { byId, h } from './dom'
import { say, TEXTS } from './texts'

/** Parts of the page that a link may ask for; all other names are of controls of the panel. */
export const PARTS = ['tabs', 'status', 'time'] as const
type Part = (typeof PARTS)[number]

const SELECTORS: Record<Part, string> = { tabs: '#tabs', status: '#status', time: '.transport' }

/** The lists of the panel that can be asked for, by their ids. */
const LISTS = ['preset', 'current', 'method'] as const

const isPart = (name: string): name is Part => PARTS.some((one) => one === name)

/** Takes the head away, and the parts that the link does not ask for. */
export function undress(controls: readonly string[]): void {
  document.body.classList.add('embedded')
  for (const part of PARTS)
    document.querySelector(SELECTORS[part])!.classList.toggle('left-out', !controls.includes(part))
  byId('panel').classList.toggle('left-out', controls.every(isPart))
  byId('open-whole').hidden = false
}

/** Leaves of the panel only the controls that the link asks for. The panel builds its sections anew, so this is
 * called after each change. */
export function trimPanel(controls: readonly string[]): void {
  for (const section of document.querySelectorAll('#panel section')) {
    const rows = [...section.querySelectorAll('.rows > *, .rows details > *')]
    for (const row of rows) row.classList.toggle('left-out', !asked(row, controls))
    section.classList.toggle('left-out', rows.every((row) => row.classList.contains('left-out')))
  }
}

function asked(row: Element, controls: readonly string[]): boolean {
  const names = [...row.querySelectorAll<HTMLElement>('[data-field]'), row as HTMLElement]
    .map(({ dataset, id }) => dataset.field ?? id)
  return controls.some((name) => names.includes(name)) ||
    LISTS.some((name) => controls.includes(name) && row.querySelector(`#${name}`) !== null)
}

interface Choice {
  name: string
  text: string
}

/** What can be shown around the view now: parts, lists, and the numbers of the panel. */
function choices(): Choice[] {
  const parts = PARTS.map((name) => ({ name, text: TEXTS.embed.parts[name] }))
  const lists = LISTS.map((name) => ({ name, text: TEXTS.embed.lists[name] }))
  const numbers = [...document.querySelectorAll<HTMLElement>('#panel .control')]
    .filter((one) => one.checkVisibility())
    .map((one) => ({
      name: one.querySelector('input')!.dataset.field!,
      text: say(TEXTS.embed.number, {
        name: one.querySelector('label')!.textContent, meaning: one.querySelector('.meaning')!.textContent,
      }),
    }))
  return [...parts, ...lists, ...numbers]
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

export function frameCode(link: string, width: number, height: number): string {
  return `<iframe src="${escaped(link)}" width="${width}" height="${height}" title="${escaped(TEXTS.html.title)}" loading="lazy"></iframe>`
}

const SIZES = ['640 × 420', '800 × 500', '360 × 480'] as const

/** The dialog that makes the code; `linkWith` gives the link that shows these controls. */
export class EmbedDialog {
  private readonly dialog = byId<HTMLDialogElement>('embed-dialog')
  private readonly code = byId<HTMLTextAreaElement>('embed-code')
  private readonly size = byId<HTMLSelectElement>('embed-size')

  constructor(private readonly linkWith: (controls: string[]) => string) {
    this.size.append(...SIZES.map((text) => h('option', { value: text }, text)))
    this.size.addEventListener('change', () => this.write())
    byId('embed-copy').addEventListener('click', () => void this.copy())
  }

  open(): void {
    byId('embed-choices').replaceChildren(...choices().map(({ name, text }) =>
      h('label', {}, h('input', {
        type: 'checkbox', value: name, checked: ['status', 'time', 'I'].includes(name), change: () => this.write(),
      }), h('span', {}, text))))
    this.write()
    this.dialog.showModal()
  }

  private write(): void {
    const chosen = [...this.dialog.querySelectorAll<HTMLInputElement>('#embed-choices input:checked')]
    const [width = 640, height = 420] = this.size.value.split('×').map(Number)
    this.code.value = frameCode(this.linkWith(chosen.map(({ value }) => value)), width, height)
    byId('embed-local').hidden = location.protocol !== 'file:'
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.code.value)
      byId('embed-copy').textContent = TEXTS.copied
      setTimeout(() => { byId('embed-copy').textContent = TEXTS.embed.copy }, 1500)
    } catch {
      this.code.select() // the browser does not let the page copy: Ctrl C does
    }
  }
}
