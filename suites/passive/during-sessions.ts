import { readFollowUp, readUndisturbed } from './in-session.ts'
import type { Recogniser } from './occasion.ts'
import type { Transport } from './transport.ts'

const words: Record<Transport, string> = { http: 'an HTTP', udp: 'a UDP', xmpp: 'an XMPP' }

/** The rules about requests during a session that hold whatever carries them. */
export function duringSessions(
  transport: Transport,
  isOne: (count: number) => boolean,
): Record<'undisturbed' | 'followUp' | 'prompt' | 'refusedStaysRefused', Recogniser> {
  const of = `session during which ${words[transport]} Connection Request came and was answered`
  const found = ({ disturbed }: Parameters<Recogniser['read']>[0]) =>
    disturbed[transport].filter(({ asks }) => isOne(asks.length))
  const rule = (name: Parameters<typeof readFollowUp>[3]): Recogniser => ({
    of,
    read: (occasions, metric) =>
      found(occasions).flatMap(disturbed => readFollowUp(occasions.capture, metric, disturbed, name)),
  })
  return {
    undisturbed: { of, read: occasions => readUndisturbed(found(occasions)) },
    followUp: rule('followUp'),
    prompt: rule('prompt'),
    refusedStaysRefused: rule('refused'),
  }
}

export const one = (count: number): boolean => count === 1
export const several = (count: number): boolean => count > 1
