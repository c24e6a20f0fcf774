/** A user name without what fills it up to a multiple of 4 bytes: spaces or NULs at its end. RFC 3489 11.2.6 */
export function withoutPadding(value: Buffer): string {
  let end = value.length
  while (end > 0 && (value[end - 1] === 0x20 || value[end - 1] === 0)) end--
  return value.toString('utf8', 0, end)
}
