import { overUdp } from '../../harness/bench.ts'
import { type AnotherSender, openAnotherSender } from '../../harness/connection-request/udp/another-sender.ts'
import type { Conversation } from '../../harness/scenario.ts'

/** Runs `work` with a socket at any free port of `address`, and closes it. */
export async function withSenderAt(
  { bench }: Pick<Conversation, 'bench'>,
  address: string,
  work: (sender: AnotherSender) => Promise<unknown>,
): Promise<void> {
  const { clock, timeline } = bench
  const device = overUdp(bench).target().to.address
  await using sender = await openAnotherSender({ clock, timeline, address, isDevice: from => from === device })
  await work(sender)
}
