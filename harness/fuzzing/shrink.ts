/** Attempts, so that shrinking a slow input ends too. */
const mostAttempts = 1500

/**
 * Leaves out of an input whatever can be left out while it still breaks: first long stretches, then ever shorter ones.
 * @param breaks whether an input breaks something
 */
export async function shrink(input: Buffer, breaks: (input: Buffer) => Promise<boolean>): Promise<Buffer> {
  let smallest = input
  let attempts = 0
  for (let length = Math.ceil(input.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < smallest.length && attempts < mostAttempts; ) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + length)])
      attempts++
      if (await breaks(shorter)) smallest = shorter
      else at += length
    }
  }
  return smallest
}
