import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type Finding, problem } from './finding.ts'

/** The address of `--device`, looked up where it is a name. */
export async function deviceAddress(
  named: string | undefined,
  tell: (findings: Finding[]) => void,
): Promise<string | undefined> {
  if (named === undefined || isIP(named) !== 0) return named
  try {
    return (await lookup(named)).address
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    tell([problem('route', `--device: the DNS of this machine does not know ${named} (${code}).`, 'Give its address.')])
    return undefined
  }
}
