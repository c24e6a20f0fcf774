import { challenge, judgeChallenge } from '../http/challenge.ts'
import { judgeUrl, url } from '../http/url.ts'
import type { Capture } from './capture.ts'
import { addressedRequests } from './http-replies.ts'
import type { Reading } from './reading.ts'
import { readingsOf } from './scratch.ts'

/** What the challenges of a device say, by metric, and its properties by name. */
export interface ReadChallenges {
  readings: Record<'challenged' | 'qop' | 'md5', Reading[]>
  properties: Map<string, string>
}

/** CR-HTTP-06, 07, 08: a 401 is a Digest challenge that can be answered. What other answers mean is not told here. */
export function readChallenges(capture: Capture): ReadChallenges {
  const readings: ReadChallenges['readings'] = { challenged: [], qop: [], md5: [] }
  const properties = new Map<string, string>()
  for (const { http } of addressedRequests(capture)) {
    if (http.sent?.credentials !== 'none' || http.answer?.status !== 401) continue
    const found = readingsOf(challenge.metrics, judges =>
      judgeChallenge(http, judges as Parameters<typeof judgeChallenge>[1], (name, value) =>
        properties.set(name, value),
      ),
    )
    for (const name of ['challenged', 'qop', 'md5'] as const) readings[name].push(...(found[name] ?? []))
  }
  return { readings, properties }
}

/** CR-HTTP-03, 04, 21: each ConnectionRequestURL that the device told. */
export function readUrls(capture: Capture, name: 'scheme' | 'form' | 'random'): Reading[] {
  const { deviceId = {} } = capture.sessions[0]?.inform ?? {}
  const identity = Object.fromEntries(Object.entries(deviceId).flatMap(([key, value]) => (value ? [[key, value]] : [])))
  return capture.urls
    .filter(told => told.url !== '')
    .flatMap(told => {
      const readings = readingsOf(url.metrics, judges =>
        judgeUrl(
          { url: told.url, deviceId: identity, evidence: [told.seq] },
          judges as Parameters<typeof judgeUrl>[1],
          () => undefined,
        ),
      )
      return readings[name] ?? []
    })
}
