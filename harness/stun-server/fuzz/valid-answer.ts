import { isIP } from 'node:net'
import type { Endpoint } from '../../timeline/entry.ts'
import { withoutZone } from '../ip-address.ts'
import { recordOf } from '../message-record.ts'
import { readStunMessage, whyNotStun } from '../read-message.ts'
import { ordinaryStunLimits } from '../stun-limits.ts'

const answers = new Set([0x0101, 0x0111, 0x0112])

/**
 * Throws where an answer is no STUN answer to this request, or goes to a place nothing can be sent to.
 * @throws Error
 */
export function checkAnswer(request: Buffer, answer: Buffer, to: Endpoint): void {
  const problem = problemOf(request, answer, to)
  if (problem !== undefined) throw new Error(`${problem}: ${answer.toString('hex')} to ${to.address} port ${to.port}`)
}

function problemOf(request: Buffer, answer: Buffer, to: Endpoint): string | undefined {
  if (isIP(withoutZone(to.address)) === 0 || to.port < 1 || to.port > 65_535) return 'Nothing can be sent there'
  const why = whyNotStun(answer, ordinaryStunLimits)
  if (why !== undefined) return `No STUN message, ${why}`
  const { record, problems } = recordOf(readStunMessage(answer, ordinaryStunLimits), ordinaryStunLimits)
  if (!answers.has(record.code)) return 'No answer'
  if (record.transaction !== request.toString('hex', 4, 20)) return 'Another transaction id'
  if (problems.length > 0) return problems.map(({ text }) => text).join(' ')
  const tells = record.code === 0x0101 ? 'MAPPED-ADDRESS' : 'ERROR-CODE'
  return record.attributes[0]?.name === tells ? undefined : `${tells} does not come first`
}
