/** The checksum of IPv4, TCP and UDP over the parts one after another; all but the last have an even length. RFC 1071 */
export function internetChecksum(...parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let at = 0; at + 1 < part.length; at += 2) sum += part.readUInt16BE(at)
    if (part.length % 2 === 1) sum += part.readUInt8(part.length - 1) << 8
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}
