import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import type { EntryOf } from '../timeline/entry.ts'

/** What was restored and what not, with the reasons, as it is noted on the timeline. */
export type Restoring = Pick<EntryOf<'restored'>, 'parameters' | 'notRestored'>

/** The values that these parameters had, to be set again. */
export const valuesBefore = (
  from: Record<string, { value: string; type?: string }>,
  names: readonly string[],
): ParameterToSet[] => names.map(name => ({ name, value: from[name]?.value ?? '', type: from[name]?.type ?? 'string' }))

/**
 * Sets values in one SetParameterValues. That takes all or nothing (A.3.2.1): after a fault each is set by itself, so
 * that one that the device refuses does not keep the others from being restored.
 * @returns whether all were set
 */
export async function setBack(
  session: RpcSession,
  restoring: Restoring,
  parameters: ParameterToSet[],
  key: { parameterKey?: string } = {},
): Promise<boolean> {
  if (parameters.length === 0) return true
  const fault = await faultOf(() => session.call('SetParameterValues', { parameters, ...key }))
  const [only, ...others] = parameters.map(({ name }) => name)
  if (fault === undefined) restoring.parameters.push(...parameters.map(({ name }) => name))
  else if (others.length === 0) restoring.notRestored.push({ name: only ?? '', reason: fault.message })
  else for (const parameter of parameters) await setBack(session, restoring, [parameter], key)
  return fault === undefined || parameters.every(({ name }) => restoring.parameters.includes(name))
}

/** Deletes a row. @returns whether the device let it be deleted */
export async function deleteRow(session: RpcSession, restoring: Restoring, row: string): Promise<boolean> {
  const fault = await faultOf(() => session.call('DeleteObject', { objectName: row }))
  if (fault === undefined) restoring.parameters.push(row)
  else restoring.notRestored.push({ name: row, reason: fault.message })
  return fault === undefined
}

async function faultOf(call: () => Promise<unknown>): Promise<CwmpFault | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    if (error instanceof CwmpFault) return error
    throw error
  }
}
