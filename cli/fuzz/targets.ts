import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { authorization } from './authorization.ts'
import { captureFiles, captureLines, capturePackets } from './capture.ts'
import { challenge } from './challenge.ts'
import { profile } from './profile.ts'
import { requests } from './requests.ts'
import { response } from './response.ts'
import { soap } from './soap.ts'
import { timeline } from './timeline.ts'

/** Everything that reads what others send, but for XMPP and STUN, whose fuzzers stand beside their servers. */
export const fuzzTargets: readonly FuzzTarget[] = [
  soap,
  authorization,
  challenge,
  response,
  requests,
  profile,
  timeline,
  capturePackets,
  captureLines,
  captureFiles,
]
