import type { Bench } from './bench.ts'
import { isAccepted, overUdp, overXmpp } from './bench.ts'
import { ConditionsNotMet } from './conditions.ts'
import { isAcceptedByXmpp } from './xmpp-bench.ts'

/** The mark before a positive control. */
export const controlMark = 'positive-control'

type Called = { accepted: boolean; session: number | undefined }

async function control({ timeline }: Bench, call: () => Promise<Called>): Promise<void> {
  timeline.add({ type: 'mark', name: controlMark })
  timeline.add({ type: 'mark', name: `${controlMark}-done`, data: { ...(await call()) } })
}

/** The positive control after a window: an ordinary request must still bring a session. */
export const positiveControl = (bench: Bench): Promise<void> =>
  control(bench, async () => {
    const knock = await bench.knock('positive control')
    const session = await bench.seeSessionThrough(knock)
    return { accepted: isAccepted(knock), session: session?.session }
  })

/** The same over XMPP. */
export const xmppControl = (bench: Bench): Promise<void> =>
  control(bench, async () => {
    const outcome = await overXmpp(bench).knock('positive control')
    const session = await overXmpp(bench).seeSessionThrough(outcome)
    return { accepted: isAcceptedByXmpp(outcome), session: session?.session }
  })

/** The same over UDP, where only the session tells that the request was accepted. */
export const udpControl = (bench: Bench): Promise<void> =>
  control(bench, async () => {
    const { session } = await overUdp(bench).knock('positive control')
    return { accepted: session !== undefined, session: session?.session }
  })

/** One request by whatever way the device answers, HTTP first. @returns whether it accepted */
export async function callDevice(bench: Bench, label: string): Promise<boolean> {
  const { facts, xmpp, udp } = bench
  const byHttp = async () => isAccepted(await bench.knock(label))
  const byOthers: (() => Promise<boolean>)[] = []
  if (xmpp !== undefined && facts.xmpp.timeToSessionMs !== undefined)
    byOthers.push(async () => isAcceptedByXmpp(await xmpp.knock(label)))
  if (udp !== undefined && facts.udp.timeToSessionMs !== undefined) byOthers.push(() => udp.call(label))
  const last = byOthers.pop()
  if (last === undefined) return byHttp()
  for (const accepts of facts.credentialsWork ? [byHttp, ...byOthers] : byOthers)
    if (await unlessRefusedForGood(accepts)) return true
  return last()
}

/** A device that refuses one way for good may still be asked in another. */
async function unlessRefusedForGood(accepts: () => Promise<boolean>): Promise<boolean> {
  try {
    return await accepts()
  } catch (error) {
    if (error instanceof ConditionsNotMet) return false
    throw error
  }
}
