import type { Body } from '../../harness/timeline/wire-data.ts'

/** Bytes as the timeline keeps them, and how they differ from those on the wire. */
export interface KeptBytes {
  bytes: Buffer
  remarks: string[]
}

/** The bytes of a body as it stands on the timeline. */
export function keptBytes({ text, base64, length, cut }: Body): KeptBytes {
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
  if (cut !== undefined)
    return { bytes, remarks: [`Cut: of ${length} bytes the timeline keeps the first ${length - cut}.`] }
  const isRedacted = bytes.length !== length || bytes.includes('[redacted]')
  return { bytes, remarks: isRedacted ? [`Redacted: there were ${length} bytes on the wire.`] : [] }
}
