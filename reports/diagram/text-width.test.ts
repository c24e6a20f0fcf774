import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fittedText, type Lettering, textWidth } from './text-width.ts'

test('a text that fits stays as it is', () => {
  expect(fittedText('Inform 6 CONNECTION REQUEST', 200, 'mono', 12)).toBe('Inform 6 CONNECTION REQUEST')
})

test('a longer one ends in an ellipsis within the width', () => {
  expect(fittedText('Inform 6 CONNECTION REQUEST', 80, 'mono', 12)).toBe('Inform 6 C…')
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.integer({ min: 20, max: 400 }),
      fc.constantFrom<Lettering>('mono', 'sans', 'bold'),
      (text, width, lettering) => {
        const fitted = fittedText(text, width, lettering, 12)
        expect(textWidth(fitted, lettering, 12)).toBeLessThanOrEqual(width)
        expect(fitted === text || fitted.endsWith('…')).toBe(true)
      },
    ),
  )
})
