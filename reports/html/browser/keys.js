// j and k step through the findings, / goes to the filter, ? shows the keys. None of them while somebody types.

const keysDialog = document.getElementById('keys')

/** @param {1 | -1} direction */
function step(direction) {
  const cards = [...document.querySelectorAll('article.card:not([data-filtered])')]
  if (cards.length === 0) return
  const current = document.activeElement?.closest('article.card') ?? null
  const next = current === null ? cardInView(cards, direction) : cards[cards.indexOf(current) + direction]
  if (!(next instanceof HTMLElement)) return
  next.tabIndex = -1
  next.focus({ preventScroll: true })
  goTo(next)
}

/** The first card below the top of the window, or the last above it. */
/** @param {Element[]} cards @param {1 | -1} direction */
function cardInView(cards, direction) {
  const below = cards.findIndex(card => card.getBoundingClientRect().top > 1)
  if (direction === 1) return cards[below === -1 ? cards.length - 1 : below]
  return cards[below === -1 ? cards.length - 1 : below - 1]
}

function showKeys() {
  if (keysDialog instanceof HTMLDialogElement && !keysDialog.open) keysDialog.showModal()
}

/** @param {EventTarget | null} target */
const isTyping = target =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName))

addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  if (keysDialog instanceof HTMLDialogElement && keysDialog.open) return
  if (event.key === 'j') step(1)
  else if (event.key === 'k') step(-1)
  else if (event.key === '?') showKeys()
  else if (event.key === '/') focusFilter()
  else return
  event.preventDefault()
})

function focusFilter() {
  const field = document.querySelector('#filter [name=text]')
  if (field instanceof HTMLInputElement) field.select()
}

document.getElementById('show-keys')?.addEventListener('click', showKeys)
