import { accessSync, constants, statSync } from 'node:fs'
import { controlActions, declaredControl } from '../../harness/device/profile-control.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { whereTried, whyNotRead } from '../../harness/files/unreadable.ts'
import { type Finding, note } from './finding.ts'

/** What a valid profile says that can hardly be meant. */
export const profileFindings = (profile: Profile): Finding[] => [
  ...featureFindings(profile),
  ...commandFindings(profile),
]

function featureFindings({ features: { http, udp, xmpp } }: Profile): Finding[] {
  if ([http, udp, xmpp].some(declared => declared !== false)) return []
  return [
    note(
      'profile',
      'features.http, features.udp and features.xmpp are all false: no Connection Request will be tested.',
      'Write auto for what shall be found out.',
    ),
  ]
}

/** Commands that are named by their path; others only a shell finds. */
function commandFindings({ control }: Profile): Finding[] {
  return controlActions.flatMap(action => {
    const declared = declaredControl(control, action)
    const program = declared?.means === 'command' ? programByPath(declared.command) : undefined
    const why = program === undefined ? undefined : whyNotRun(program)
    if (program === undefined || why === undefined) return []
    return [
      note(
        'profile',
        `control.${action} names ${program}, which ${why}${whereTried(program)}.`,
        'Correct it; a path is relative to the directory in which connreq is called.',
      ),
    ]
  })
}

/** The program of a command that begins with `./`, `../` or `/`, without its quotes. */
function programByPath(command: string): string | undefined {
  const [, double, single, bare] = /^\s*(?:"([^"$`\\]+)"|'([^']+)'|([^\s"'$`\\;&|<>()*?]+)(?=\s|$))/.exec(command) ?? []
  const program = double ?? single ?? bare
  return program !== undefined && /^\.{0,2}\//.test(program) ? program : undefined
}

function whyNotRun(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'is a folder'
  } catch (error) {
    return whyNotRead(error as Error)
  }
  try {
    accessSync(path, constants.X_OK)
    return undefined
  } catch {
    return 'is not executable'
  }
}
