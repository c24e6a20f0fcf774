// Long wire logs lie in the page packed: raw DEFLATE in base64. They are unpacked when they are opened, and their
// lines become elements where the reader looks.

/** Lines that become elements together. */
const sliceLength = 200
const lineHeight = 20

/**
 * @typedef {object} PackedLine
 * @property {number} seq
 * @property {number} at milliseconds since the first line
 * @property {string} sign
 * @property {boolean} cited
 * @property {string} text
 */

/** @type {Record<string, string>} */
const arrowOf = { '>': '→', '<': '←', '-': '·' }

/** The lines of a packed log, see packed-log.ts. */
/** @param {string} base64 @returns {Promise<PackedLine[]>} */
async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const text = await new Response(stream).text()
  let seq = 0
  let at = 0
  return text.split('\n').map(line => {
    const [, further = '', later = '', sign = '-', cited = '', words = ''] =
      /^(\d*) (-?\d*) ([<>-])(!?) (.*)$/u.exec(line) ?? []
    seq += further === '' ? 1 : Number(further)
    at += Number(later)
    return { seq, at, sign, cited: cited !== '', text: words }
  })
}

/** @param {PackedLine} line */
function lineElement({ seq, at, sign, cited, text }) {
  const line = document.createElement('li')
  line.id = `e-${seq}`
  line.className = `${sign === '-' ? 'n' : ''}${cited ? ' c' : ''}`.trim()
  const seconds = `${at < 0 ? '-' : '+'}${(Math.abs(at) / 1000).toFixed(3)}`
  for (const words of [String(seq), seconds, arrowOf[sign] ?? '·', text])
    line.append(Object.assign(document.createElement('span'), { textContent: words }))
  return line
}

/** Shows lines in slices that fill when they come near; returns how to go to a line. */
/** @param {HTMLElement} box @param {PackedLine[]} lines */
function showInSlices(box, lines) {
  /** @type {Map<Element, PackedLine[]>} */
  const unfilled = new Map()
  /** @type {HTMLOListElement[]} */
  const slices = []
  const fill = (/** @type {Element} */ slice) => {
    const content = unfilled.get(slice)
    if (content === undefined) return
    unfilled.delete(slice)
    watcher.unobserve(slice)
    slice.append(...content.map(lineElement))
    slice.removeAttribute('style')
  }
  const watcher = new IntersectionObserver(
    seen => seen.filter(({ isIntersecting }) => isIntersecting).forEach(({ target }) => fill(target)),
    { root: box, rootMargin: '1000px' },
  )
  for (let start = 0; start < lines.length; start += sliceLength) {
    const slice = document.createElement('ol')
    const content = lines.slice(start, start + sliceLength)
    slice.style.height = `${content.length * lineHeight}px`
    slice.start = start + 1
    unfilled.set(slice, content)
    slices.push(slice)
    watcher.observe(slice)
  }
  box.append(...slices)
  return (/** @type {number} */ seq) => {
    const index = lines.findIndex(line => line.seq === seq)
    const slice = slices[Math.floor(index / sliceLength)]
    if (index < 0 || slice === undefined) return false
    fill(slice)
    return true
  }
}

/** What a packed log becomes when it is opened, by its `details`. */
/** @type {Map<HTMLDetailsElement, Promise<(seq: number) => boolean>>} */
const opened = new Map()

/** @param {HTMLDetailsElement} details */
function openLog(details) {
  const known = opened.get(details)
  if (known !== undefined) return known
  const box = /** @type {HTMLElement} */ (details.querySelector('.packed'))
  const opening = unpack(details.querySelector('script')?.textContent ?? '').then(lines => {
    // What was shown without unpacking is among the lines.
    for (const part of details.querySelectorAll('.packed-note, .log:not(.packed)')) part.remove()
    box.hidden = false
    return showInSlices(box, lines)
  })
  opened.set(details, opening)
  return opening
}

const packedLogs = [...document.querySelectorAll('details.wire')].filter(
  details => details.querySelector('.packed') !== null,
)

if ('DecompressionStream' in globalThis) {
  for (const details of packedLogs) {
    // Where one is opened already, it was by a link to what it shows.
    details.addEventListener('toggle', () => {
      const log = /** @type {HTMLDetailsElement} */ (details)
      if (log.open) void openLog(log)
    })
  }
  lateTargets.push(id => {
    const seq = Number(/^e-(\d+)$/.exec(id)?.[1] ?? Number.NaN)
    // The log outside of the scenarios spans all of them, so the narrowest comes first.
    const candidates = packedLogs
      .map(details => /** @type {HTMLDetailsElement} */ (details))
      .map(details => ({ details, from: Number(details.dataset['from']), to: Number(details.dataset['to']) }))
      .filter(({ from, to }) => from <= seq && seq <= to)
      .sort((a, b) => a.to - a.from - (b.to - b.from))
    void goToFirst(candidates, seq)
    return candidates.length > 0
  })
}

/** @param {{ details: HTMLDetailsElement }[]} candidates @param {number} seq */
async function goToFirst(candidates, seq) {
  for (const { details } of candidates) {
    const isThere = (await openLog(details))(seq)
    const line = isThere ? document.getElementById(`e-${seq}`) : null
    if (line === null) continue
    details.closest('article')?.removeAttribute('data-filtered')
    goTo(line)
    line.classList.add('target')
    return
  }
}
