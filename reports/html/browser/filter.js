// The filter of findings, scenarios and requirements. Its state is the query of the address, so that it can be sent on.

const filterForm = document.getElementById('filter')
const fieldNames = ['verdict', 'transport', 'clause', 'text']
const kinds = ['requirement', 'finding', 'scenario']

const filtered = [...document.querySelectorAll('[data-kind]')].map(element => ({
  element,
  kind: element.getAttribute('data-kind') ?? '',
  verdicts: (element.getAttribute('data-verdict') ?? '').split(' '),
  transports: (element.getAttribute('data-transport') ?? '').split(' '),
  clauses: (element.getAttribute('data-clause') ?? '').toLowerCase().split('|'),
  /** @type {string | undefined} */
  text: undefined,
}))

/** What an element says, without its wire log, the drawings and the commands. */
/** @param {Node} node @returns {string} */
function wordsOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? ''
  if (!(node instanceof HTMLElement) || node.matches('.wire, .command, script')) return ''
  return [...node.childNodes].map(wordsOf).join(' ')
}

/** @param {Record<string, string>} wanted @param {typeof filtered[number]} item */
function matches({ verdict = '', transport = '', clause = '', text = '' }, item) {
  if (verdict !== '' && !item.verdicts.includes(verdict)) return false
  if (transport !== '' && !item.transports.includes(transport)) return false
  if (clause !== '' && !item.clauses.some(each => each.startsWith(clause.toLowerCase()))) return false
  if (text === '') return true
  item.text ??= wordsOf(item.element).replaceAll(/\s+/g, ' ').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every(word => item.text?.includes(word))
}

/** @param {Record<string, string>} wanted */
function applyFilter(wanted) {
  const isOn = Object.values(wanted).some(value => value !== '')
  const shown = filtered.filter(item => {
    const isShown = matches(wanted, item)
    item.element.toggleAttribute('data-filtered', !isShown)
    return isShown
  })
  for (const group of document.querySelectorAll('.group, #findings'))
    group.toggleAttribute(
      'data-empty',
      group.querySelector('[data-kind]') !== null && !group.querySelector('[data-kind]:not([data-filtered])'),
    )
  const counts = kinds.map(kind => {
    const all = filtered.filter(item => item.kind === kind).length
    return `${shown.filter(item => item.kind === kind).length} of ${all} ${kind}s`
  })
  const line = document.getElementById('shown')
  if (line !== null) line.textContent = isOn ? `${counts.join(', ')} shown` : ''
  document.documentElement.toggleAttribute('data-filter-on', isOn)
}

if (filterForm instanceof HTMLFormElement) {
  const form = filterForm
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name))
  const state = () => Object.fromEntries(fieldNames.map(name => [name, field(name).value.trim()]))
  const read = () => {
    const query = new URLSearchParams(location.search)
    for (const name of fieldNames) field(name).value = query.get(name) ?? ''
    applyFilter(state())
  }
  const write = () => {
    const query = new URLSearchParams(location.search)
    for (const [name, value] of Object.entries(state())) {
      if (value === '') query.delete(name)
      else query.set(name, value)
    }
    replaceQuery(query)
    applyFilter(state())
  }
  form.addEventListener('input', write)
  form.addEventListener('submit', event => event.preventDefault())
  form.addEventListener('reset', event => {
    // To what the address said at first it must not go back.
    event.preventDefault()
    for (const name of fieldNames) field(name).value = ''
    write()
  })
  addEventListener('popstate', read)
  form.hidden = false
  read()
}

/** Keeps the place in the page. Some viewers give a page no address of its own: there it stays as it is. */
/** @param {URLSearchParams} query */
function replaceQuery(query) {
  const text = query.toString()
  try {
    history.replaceState(history.state, '', `${text === '' ? location.pathname : `?${text}`}${location.hash}`)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}
