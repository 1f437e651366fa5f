/** Elements in one expression. */

type Child = Node | string | null
type Attributes = Record<string, string | number | boolean | null | ((event: Event) => void)>

function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  if (typeof value === 'function') element.addEventListener(name, value)
  else if (value === true) element.setAttribute(name, '')
  else if (value !== false && value !== null && value !== undefined)
    element.setAttribute(name, String(value))
}

/** An element; an attribute that is a function listens to the event of that name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  element.append(...children.filter((child) => child !== null))
  return element
}

/** A text in which an underscore begins an index: v_peak. */
export function indexed(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment()
  text.split(/_(\w+)/).forEach((part, i) => fragment.append(i % 2 ? h('sub', {}, part) : part))
  return fragment
}

/** The element of index.html with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (!element) throw new Error(`index.html has no #${id}`)
  return element as T
}

/** Writes a text only where it differs: an assignment alone would lay the page out anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

let lastId = 0
export function uniqueId(): string {
  return `i${++lastId}`
}
