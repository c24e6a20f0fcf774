import { spawnSync } from 'node:child_process'
import { visibleText } from '../../../harness/timeline/visible-text.ts'
import { iptablesTables } from './iptables.ts'
import { nftTables } from './nftables.ts'
import type { Table } from './ruleset.ts'

/** The rules of this machine for what comes in. */
export interface Firewall {
  tables: Table[]
  /** Why not everything could be read, in a sentence. */
  unread?: string
}

/** What a program printed, or why it did not. */
export type Printed = { printed: string } | { missing: true } | { refused: string }

/** Runs a program that changes nothing. */
export type RunProgram = (program: string, args: readonly string[]) => Printed

/** Who asks: to root nothing is refused for want of rights. */
export type User = 'root' | 'another'

/** Asks nft and iptables, without which the rules of the kernel cannot be read. */
export function readFirewall({
  run = runProgram,
  user = thisUser(),
}: {
  run?: RunProgram
  user?: User
} = {}): Firewall {
  if (process.platform !== 'linux')
    return { tables: [], unread: `A firewall of ${process.platform} cannot be read from here.` }
  const nft = run('nft', ['-j', 'list', 'ruleset'])
  const four = run('iptables-save', [])
  const six = run('ip6tables-save', [])
  const ofNft = 'printed' in nft ? readTables(nft.printed) : []
  const tables = [
    ...('printed' in four ? iptablesTables(four.printed, 'ip') : []),
    ...('printed' in six ? iptablesTables(six.printed, 'ip6') : []),
    ...(ofNft ?? []).filter(table => !('printed' in four && isOfIptables(table))),
  ]
  const all = { nft, 'iptables-save': four }
  for (const [program, result] of Object.entries(all))
    if ('refused' in result)
      return {
        tables,
        unread: `The firewall of this machine could not be read: ${program} ${whyRefused(result, user)}.`,
      }
  if (ofNft === undefined)
    return {
      tables,
      unread: 'The firewall of this machine could not be read: nft printed what is not understood here.',
    }
  if (Object.values(all).every(result => 'missing' in result))
    return {
      tables,
      unread: 'The firewall of this machine could not be read: neither nft nor iptables-save is installed.',
    }
  return { tables }
}

function whyRefused({ refused }: { refused: string }, user: User): string {
  const said = visibleText(refused).trim().slice(0, 200)
  if (user === 'root') return said === '' ? 'failed without a word' : `said "${said}"`
  return said === '' || /permi|root/i.test(said) ? 'is for root only' : `said "${said}"`
}

const thisUser = (): User => (process.getuid?.() === 0 ? 'root' : 'another')

/** `undefined` for what is no output of nft as we know it. */
function readTables(printed: string): Table[] | undefined {
  try {
    return nftTables(printed)
  } catch {
    return undefined
  }
}

/** iptables keeps its rules in a table of nftables too, in words of its own that nft cannot tell. */
const isOfIptables = ({ name, chains }: Table) => /table ip6? filter /.test(name) && chains.has('INPUT')

function runProgram(program: string, args: readonly string[]): Printed {
  // The places where such programs are need not be in the path of ordinary users.
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5000,
  })
  if (error && 'code' in error && error.code === 'ENOENT') return { missing: true }
  if (status !== 0 || error) return { refused: stderr || error?.message || '' }
  return { printed: stdout }
}
