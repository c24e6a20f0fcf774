// Light, dark, or as the system has it. Remembered in the address alone: a file may have no storage.

const themes = ['auto', 'light', 'dark']
const themeButton = document.getElementById('theme')

/** @param {string} theme */
function showTheme(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', theme)
  if (themeButton !== null) themeButton.textContent = `Colours: ${theme === 'auto' ? 'as the system' : theme}`
}

const themeInAddress = () => {
  const theme = new URLSearchParams(location.search).get('theme') ?? 'auto'
  return themes.includes(theme) ? theme : 'auto'
}

let shownTheme = themeInAddress()

themeButton?.addEventListener('click', () => {
  shownTheme = themes[(themes.indexOf(shownTheme) + 1) % themes.length] ?? 'auto'
  const query = new URLSearchParams(location.search)
  if (shownTheme === 'auto') query.delete('theme')
  else query.set('theme', shownTheme)
  replaceQuery(query)
  showTheme(shownTheme)
})

showTheme(shownTheme)
for (const tools of document.querySelectorAll('.tools')) tools.removeAttribute('hidden')
goToTarget()
