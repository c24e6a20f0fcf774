/** A part of the page that changes as a whole. */
export interface LiveSection {
  id: string
  html: string
}

/** What the page shows now, by its parts; every change has a number, so that only what is new goes over the wire. */
export interface SectionStore {
  /** The number of the last change. */
  readonly version: number
  /** Takes a part as it is now. */
  put(section: LiveSection): void
  /** The parts that changed after that one, in the order in which they came to be. */
  changedAfter(version: number): LiveSection[]
}

export function createSectionStore(): SectionStore {
  const sections = new Map<string, { html: string; changedAt: number }>()
  let version = 0
  return {
    get version() {
      return version
    },
    put({ id, html }) {
      if (sections.get(id)?.html === html) return
      sections.set(id, { html, changedAt: ++version })
    },
    changedAfter: after =>
      [...sections].flatMap(([id, { html, changedAt }]) => (changedAt > after ? [{ id, html }] : [])),
  }
}
