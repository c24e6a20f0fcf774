import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** First bytes of pcapng, of pcap in both byte orders with micro- and nanoseconds, and of the older pcap variants. */
const magics = ['0a0d0d0a', 'a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', 'a1b2cd34', '34cdb2a1']
const headBytes = 4096

/**
 * Whether a file is a capture, by its first bytes whatever its name; packed by gzip too.
 * @throws NodeJS.ErrnoException when it cannot be read
 */
export function isCaptureFile(path: string): boolean {
  return magics.includes(headOf(path).subarray(0, 4).toString('hex'))
}

/**
 * Whether `connreq report --capture` wrote it: the name of the program stands in its first block.
 * @throws NodeJS.ErrnoException when it cannot be read
 */
export function isOwnCapture(path: string): boolean {
  const head = headOf(path)
  if (head.subarray(0, 4).toString('hex') !== '0a0d0d0a' || head.length < 8) return false
  // Our own are written with the low byte first.
  const length = Math.min(head.readUInt32LE(4), head.length)
  return /connreq \d+\.\d+\.\d+/.test(head.toString('latin1', 0, length))
}

/** @throws NodeJS.ErrnoException when it cannot be read */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** The first bytes, unpacked where they are packed. */
function headOf(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(headBytes)
    const head = buffer.subarray(0, readSync(file, buffer, 0, headBytes, 0))
    return head[0] === 0x1f && head[1] === 0x8b ? unpacked(head) : head
  } finally {
    closeSync(file)
  }
}

/** What the beginning of a packed file unpacks to, as far as it goes. */
function unpacked(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: 2, maxOutputLength: 64 * headBytes })
  } catch {
    return Buffer.alloc(0)
  }
}
