import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../../reports/durations.ts'
import { outlookLines } from '../baseline/outlook-lines.ts'
import type { PlannedScenario, RunPlan } from './run-plan.ts'

/** A plan as Markdown. */
export function planText(plan: RunPlan): string {
  const { device, basis, scenarios, requirements, lowerBoundMs, expected, baseline } = plan
  const playing = scenarios.filter(({ applies }) => applies)
  const left = scenarios.filter(({ applies }) => !applies)
  const { covered, notCovered } = requirements
  return [
    `# Plan for ${device}`,
    '',
    basis === 'simulated device'
      ? 'What is known of the simulated device decides what is played.'
      : 'Assumed until the probe: the device conforms, and can do what the profile declares. The probe decides.',
    '',
    `- ${playing.length} of ${scenarios.length} scenarios would be played.`,
    `- ${covered.length} requirements would be judged, ${notCovered.length} not.`,
    `- The run takes at least ${durationText(lowerBoundMs)}: the sum of the windows and rests that must be kept.`,
    `- It is expected to take ${durationText(expected.ms)} (${expected.basis}).`,
    '',
    '## Played',
    '',
    '| scenario | what | windows and rests | requirements | why |',
    '|---|---|---|---|---|',
    ...playing.map(
      row =>
        `| ${row.id} | ${row.title} | ${windowsText(row)} | ${row.requirements.join(' ')} | ${row.because ?? ''} |`,
    ),
    '',
    ...(left.length === 0 ? [] : ['## Not played', '', ...left.map(leftText), '']),
    ...baselineText(baseline),
    '## Requirements not covered',
    '',
    ...notCovered.map(({ id, reason }) => `- ${id}: ${reason}`),
    '',
  ].join('\n')
}

const windowsText = ({ windows }: PlannedScenario) =>
  windows.map(window => `${durationText(window.ms)} for ${window.for}`).join('; ') || 'none'

/** What the profile says is known. */
function baselineText(baseline: RunPlan['baseline']): string[] {
  const lines = outlookLines(baseline)
  return lines.length === 0 ? [] : ['## Baseline', '', '```text', ...lines.map(visibleText), '```', '']
}

const leftText = ({ id, reason = '', wouldApplyIf, profile = [] }: PlannedScenario) =>
  [
    `- ${id}: ${reason}`,
    ...(wouldApplyIf === undefined ? [] : [`It would apply if ${wouldApplyIf}.`]),
    ...(profile.length === 0 ? [] : [`For the profile: ${profile.map(line => `\`${line}\``).join(' and ')}.`]),
  ].join(' ')
