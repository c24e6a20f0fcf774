// Keeps the live page up to date. The server draws every part; this puts them in their places.

/** @typedef {{ now: number, sections: { id: string, html: string }[] }} State */

const page = /** @type {HTMLElement} */ (document.getElementById('result'))
const connection = /** @type {HTMLElement} */ (document.getElementById('live-connection'))
const report = /** @type {HTMLElement} */ (document.getElementById('live-report'))
const finished = /** @type {HTMLElement} */ (document.getElementById('live-finished'))

/** The run's time when this page's clock showed 0. */
let beginning = Number(page.dataset.now) - performance.now()
let over = false

/** @param {string} text @param {'' | 'lost' | 'over'} kind */
function sayConnection(text, kind) {
  connection.textContent = text
  connection.className = `connection ${kind}`.trim()
}

/** @param {State} state */
function show(state) {
  beginning = state.now - performance.now()
  for (const { id, html } of state.sections) swap(placeOf(id), html)
  countDown()
  sayTitle()
}

/** While it is a person's turn the title of the tab flashes. */
function sayTitle() {
  const title = document.getElementById('live-title')?.textContent ?? document.title
  const flashes = document.querySelector('.turn') !== null && Math.floor(performance.now() / 1000) % 2 === 0
  const text = flashes ? `▶ YOUR TURN – ${title}` : title
  if (document.title !== text) document.title = text
}

/** Finished scenarios come to be one after another. @param {string} id @returns {HTMLElement} */
function placeOf(id) {
  const there = document.getElementById(id)
  if (there) return there
  const place = document.createElement('div')
  place.id = id
  finished.append(place)
  return place
}

/** Puts a part in its place; what a person opened or scrolled in it stays so. @param {HTMLElement} place @param {string} html */
function swap(place, html) {
  const open = new Set([...place.querySelectorAll('details[open]')].map(keyOf))
  const scrolled = new Map(
    [...place.querySelectorAll('.scroll')].map(element => [keyOf(element), [element.scrollLeft, element.scrollTop]]),
  )
  const focused = place.contains(document.activeElement) ? keyOf(document.activeElement) : undefined
  place.innerHTML = html
  for (const element of place.querySelectorAll('details')) if (open.has(keyOf(element))) element.open = true
  for (const element of place.querySelectorAll('.scroll')) {
    const [left = 0, top = 0] = scrolled.get(keyOf(element)) ?? []
    element.scrollTo({ left, top, behavior: 'instant' })
  }
  if (focused === undefined) return
  for (const element of place.querySelectorAll('a,summary,[tabindex]'))
    if (keyOf(element) === focused) /** @type {HTMLElement} */ (element).focus({ preventScroll: true })
}

/** What tells an element from its neighbours, also after it was drawn anew. @param {Element | null} element */
function keyOf(element) {
  const keyed = element?.closest('[data-key]')
  return [
    element?.tagName,
    keyed?.getAttribute('data-key'),
    element?.getAttribute('aria-label'),
    element?.getAttribute('href'),
  ].join(' ')
}

function countDown() {
  sayTitle()
  const now = beginning + performance.now()
  for (const element of document.querySelectorAll('[data-until]')) {
    const { until, whole } = /** @type {HTMLElement} */ (element).dataset
    const wholeMs = Number(whole)
    const left = Math.min(wholeMs, Math.max(0, Number(until) - now))
    const text = `${Math.ceil(left / 1000)} of ${Math.ceil(wholeMs / 1000)} s left`
    if (element.textContent !== text) element.textContent = text
  }
}

/** @param {boolean} hasReport */
async function end(hasReport) {
  over = true
  clearInterval(counting)
  sayConnection('the run has ended', 'over')
  if (hasReport) await takeReport()
  // The server waits for it.
  events.close()
}

/** The server ends with the run, so the report is taken along. */
async function takeReport() {
  try {
    const answer = await fetch('/report.html')
    if (!answer.ok) throw new Error(String(answer.status))
    const url = URL.createObjectURL(await answer.blob())
    const open = document.createElement('a')
    open.href = url
    open.textContent = 'Open the report'
    const save = document.createElement('a')
    save.href = url
    save.download = 'report.html'
    save.textContent = 'save it'
    report.replaceChildren(open, ' of the run, or ', save, '. It also lies in the run directory as report.html.')
  } catch {
    report.textContent = 'The report lies in the run directory as report.html.'
  }
  report.hidden = false
}

const events = new EventSource(`/events?since=${encodeURIComponent(page.dataset.since ?? '')}`)
events.addEventListener('open', () => sayConnection('live', ''))
events.addEventListener('error', () => {
  if (over) return
  sayConnection(
    events.readyState === EventSource.CLOSED ? 'connection lost; load the page again' : 'connection lost, trying again',
    'lost',
  )
})
events.addEventListener('state', event => show(JSON.parse(/** @type {MessageEvent<string>} */ (event).data)))
events.addEventListener('end', event => {
  const { report: hasReport } = JSON.parse(/** @type {MessageEvent<string>} */ (event).data)
  void end(hasReport)
})
const counting = setInterval(countDown, 250)
countDown()
