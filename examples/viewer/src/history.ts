/** Setups to go back to. How the page looks (view, speed) is not undone. */
import { same, type Setup } from './setup'

const DEEPEST = 500

export class History {
  private readonly past: Setup[] = []
  private future: Setup[] = []
  /** What the present was made by, where more of the same may follow: a drag of one slider. */
  private gesture: string | null = null

  constructor(private present: Setup) {}

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  /** Changes of one gesture are one entry. */
  push(setup: Setup, gesture: string | null): void {
    if (same(lasting(setup), lasting(this.present))) {
      this.present = setup
      return
    }
    if (gesture === null || gesture !== this.gesture) this.past.push(this.present)
    if (this.past.length > DEEPEST) this.past.shift()
    this.gesture = gesture
    this.present = setup
    this.future = []
  }

  /** The next change begins an entry of its own. */
  endGesture(): void {
    this.gesture = null
  }

  undo(): Setup | null {
    return this.move(this.past, this.future)
  }

  redo(): Setup | null {
    return this.move(this.future, this.past)
  }

  private move(from: Setup[], to: Setup[]): Setup | null {
    const setup = from.pop()
    if (!setup) return null
    to.push(this.present)
    this.gesture = null
    const { view, speed, pace } = this.present
    return (this.present = { ...setup, view, speed, pace })
  }
}

function lasting({ view: _, speed: __, pace: ___, ...rest }: Setup): Omit<Setup, 'view' | 'speed' | 'pace'> {
  return rest
}
