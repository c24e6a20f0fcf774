/** JSON in ASCII alone, with a line end: texts of a device can say nothing to a terminal. */
export const asciiJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(
    /[\x7f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`
