// Opens whatever hides the target of a link, so that an address with #CR-GEN-08 or #e-117 always shows it.

/** Told of every target that the page does not have yet; true where it will be there later. */
/** @type {((id: string) => boolean)[]} */
const lateTargets = []

/** Opens what hides an element, and takes it out of a filter. */
/** @param {Element} element */
function reveal(element) {
  for (let each = element; ; each = /** @type {Element} */ (each.parentElement)) {
    if (each instanceof HTMLDetailsElement) each.open = true
    each.removeAttribute('data-filtered')
    if (each.parentElement === null) return
  }
}

/** Goes to the element of an id and shows it. */
/** @param {Element} element */
function goTo(element) {
  reveal(element)
  element.scrollIntoView({ block: 'start' })
  settle(element, 12)
}

/** Counts the journeys: only the last one goes on, and none after the reader has moved. */
let journey = 0
for (const moved of ['wheel', 'touchstart', 'pointerdown', 'keydown']) addEventListener(moved, () => journey++, true)

/** What was not drawn yet has only a guessed height, and moves the target when it is drawn: go there again. */
/** @param {Element} element @param {number} frames */
function settle(element, frames) {
  const own = ++journey
  const again = (/** @type {number} */ left) => {
    if (own !== journey) return
    element.scrollIntoView({ block: 'start' })
    if (left > 0) requestAnimationFrame(() => again(left - 1))
  }
  requestAnimationFrame(() => again(frames))
}

/** Of an address that somebody cut or wrote by hand, what can be read. */
function targetId() {
  const written = location.hash.slice(1)
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

function goToTarget() {
  const id = targetId()
  if (id === '') return
  const element = document.getElementById(id)
  if (element !== null) goTo(element)
  else lateTargets.some(expects => expects(id))
}

addEventListener('hashchange', goToTarget)
// A link to where the address already points changes nothing, yet the reader wants to go there.
addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null
  if (link !== null && link.getAttribute('href') === location.hash) goToTarget()
})
