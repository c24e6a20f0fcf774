/**
 * What `import { ... } from 'connreq'` gives: what scenarios and suites of one's own are made of, what their judges read,
 * and the bench for who plays by a program of one's own. Everything else of the package may change at any time.
 */

// A scenario and its suite.
export { scenario } from '../../harness/scenario.ts'
export type {
  Applicability,
  Conversation,
  MetricJudges,
  NoteProperty,
  Scenario,
  ScenarioDefinition,
  ScenarioOutcome,
} from '../../harness/scenario.ts'
export { defineSuite } from '../suite.ts'
export type { OwnRequirement, Suite } from '../suite.ts'

// What it judges, and how hard.
export { must, should, weakMust } from '../../harness/verdict/metric.ts'
export type { Finding, Metric, MetricJudge, MetricOutcome } from '../../harness/verdict/metric.ts'
export { ours, spec } from '../../harness/verdict/limit.ts'
export type { Limit } from '../../harness/verdict/limit.ts'
export type { Verdict } from '../../harness/verdict/verdict.ts'
export type { Requirement, Severity } from '../../harness/verdict/requirement.ts'
export { catalogue } from '../catalogue/catalogue.ts'

// When it applies: by itself, or as part of `needs(...)`.
export {
  aBinding,
  anAnsweredKnock,
  anEmbeddedXmppServer,
  anHttpServer,
  anXmppConnection,
  anXmppDevice,
  anXmppStream,
  aSessionByAnyWay,
  aSessionOnAnyRequest,
  aSessionOnRequest,
  aSessionOnUdpRequest,
  aSessionOnXmppRequest,
  aStunServer,
  aUdpDevice,
  aWayInBesidesXmpp,
  aWayInWithoutStun,
  needs,
  notBehindNat,
  rpcMethod,
  writable,
} from '../needs.ts'
export { hasManagementServer, managementServer } from '../../harness/device/facts.ts'
export type { DeviceFacts } from '../../harness/device/facts.ts'

// What its conversation is made with.
export { ConditionsNotMet } from '../../harness/conditions.ts'
export { WaitTimedOut } from '../../harness/timeline/recorder.ts'
export { isAccepted, overUdp, overXmpp, writtenSeq } from '../../harness/bench.ts'
export type { Bench } from '../../harness/bench.ts'
export type { SessionHandle, SessionPlan } from '../../harness/acs/session-plan.ts'
export { chosen as chosenLimits, sessionWait, standard as standardLimits } from '../../harness/limits.ts'
export { rests } from '../rests.ts'

// What its judge reads.
export { between, entriesOf, markNamed, strictlyBetween, timelineOf } from '../../harness/timeline/timeline.ts'
export type { Timeline } from '../../harness/timeline/timeline.ts'
export type { Entry, EntryOf, EntryType, InformContent } from '../../harness/timeline/entry.ts'
export {
  authorisedRequests,
  httpRequests,
  isSuccess,
  outcomeOf,
  requestsLabelled,
} from '../../harness/timeline/http-requests.ts'
export type { HttpRequest } from '../../harness/timeline/http-requests.ts'
export { udpRequests, udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
export type { UdpRequest } from '../../harness/timeline/udp-requests.ts'
export { answerOf, isResult, xmppRequests, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
export type { XmppRequest } from '../../harness/timeline/xmpp-requests.ts'
export { connectionRequestSessions, nameOf, sessions } from '../../harness/timeline/sessions.ts'
export type { Session } from '../../harness/timeline/sessions.ts'
export { evidenceOf, exchangeLabelled, replyToSession, uncertaintyOf } from '../reply-and-session.ts'
export type { Exchange } from '../reply-and-session.ts'
export { judgedControl } from '../positive-control.ts'
export type { Control } from '../positive-control.ts'

// Recorded runs, judged again.
export { readTimelineFile } from '../../harness/timeline/file.ts'
export { judgeScenario } from '../../harness/judge.ts'

// The bench, for a program of one's own.
export { openTestBench } from '../../harness/test-bench.ts'
export type { TestBench, TestBenchOptions, XmppPlace } from '../../harness/test-bench.ts'
export { parseProfile, ProfileError, readProfile } from '../../harness/device/read-profile.ts'
export type { Profile } from '../../harness/device/profile.ts'
export { createRealClock } from '../../harness/clock/real-clock.ts'
export type { Clock } from '../../harness/clock/clock.ts'
export { createRedactor, keepSecrets } from '../../harness/timeline/redactor.ts'
export type { Redactor } from '../../harness/timeline/redactor.ts'
