/** Colours of text and signs; `ground` and `panel` lie below them. Every pair keeps the contrast of WCAG AA. */
export interface Palette {
  ground: string
  panel: string
  rule: string
  ink: string
  quiet: string
  link: string
  broken: string
  error: string
  undecided: string
  warning: string
  kept: string
}

export const lightPalette: Palette = {
  ground: '#ffffff',
  panel: '#f2f5f8',
  rule: '#cfd8e0',
  ink: '#14202b',
  quiet: '#51606e',
  link: '#0b5394',
  broken: '#b3261e',
  error: '#7b2f96',
  undecided: '#1a5fa8',
  warning: '#8a5300',
  kept: '#1b6b3f',
}

export const darkPalette: Palette = {
  ground: '#11171d',
  panel: '#1a222b',
  rule: '#364250',
  ink: '#e4eaf0',
  quiet: '#a5b2bf',
  link: '#8fc1ff',
  broken: '#ff8a80',
  error: '#d9a2f2',
  undecided: '#86bcfb',
  warning: '#f0b95a',
  kept: '#7fd1a0',
}

/** The palette as CSS custom properties. */
export const customProperties = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';')
