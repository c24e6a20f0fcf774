import { CwmpFault } from '../cwmp/fault.ts'
import type { RpcSession } from '../cwmp/rpcs.ts'
import type { DeviceFacts, RootObject } from './facts.ts'

/** What the first session tells of the device. */
export type Findings = Pick<DeviceFacts, 'deviceId' | 'cwmp' | 'root' | 'rpcMethods' | 'parameters' | 'bootstrapped'> &
  Partial<Pick<DeviceFacts, 'connectionRequestUrl' | 'firmware'>>

/** TR-098 when the Inform speaks of InternetGatewayDevice, else TR-181. */
export function rootOf(session: Pick<RpcSession, 'inform'>): RootObject {
  return session.inform.parameters.some(({ name }) => name.startsWith('InternetGatewayDevice.'))
    ? 'InternetGatewayDevice.'
    : 'Device.'
}

/**
 * Reads in one session what decides which scenarios apply: the RPCs, and the parameters of ManagementServer and
 * DeviceInfo with their values and whether they can be set. A fault leaves that part empty.
 */
export async function probe(session: RpcSession): Promise<Findings> {
  const root = rootOf(session)
  const { methods } = await orEmpty(() => session.call('GetRPCMethods', {}), { methods: [] as string[] })
  const parameters: Findings['parameters'] = {}
  for (const path of [`${root}ManagementServer.`, `${root}DeviceInfo.`])
    Object.assign(parameters, await readParameters(session, path))
  const version = await orEmpty(() => session.call('GetParameterValues', { names: [`${root}RootDataModelVersion`] }), {
    parameters: [],
  })
  for (const { name, value } of version.parameters) parameters[name] = { value, writable: false }

  const url = session.inform.parameters.find(
    ({ name }) => name === `${root}ManagementServer.ConnectionRequestURL`,
  )?.value
  const firmware = parameters[`${root}DeviceInfo.SoftwareVersion`]?.value
  return {
    deviceId: session.inform.deviceId,
    cwmp: session.cwmp,
    root,
    rpcMethods: methods,
    bootstrapped: session.inform.events.some(({ eventCode }) => eventCode === '0 BOOTSTRAP'),
    parameters,
    ...(url === undefined ? {} : { connectionRequestUrl: url }),
    ...(firmware === undefined ? {} : { firmware }),
  }
}

/** Every parameter below `path` with its value and whether it can be set; none where the device answers with a fault. */
export async function readParameters(session: RpcSession, path: string): Promise<Findings['parameters']> {
  const names = await orEmpty(() => session.call('GetParameterNames', { parameterPath: path, nextLevel: false }), {
    parameters: [],
  })
  const values = await orEmpty(() => session.call('GetParameterValues', { names: [path] }), { parameters: [] })
  const writable = new Set(names.parameters.filter(parameter => parameter.writable).map(({ name }) => name))
  return Object.fromEntries(
    values.parameters.map(({ name, value, type }) => [
      name,
      { value, writable: writable.has(name), ...(type === undefined ? {} : { type }) },
    ]),
  )
}

/** The answer, or `empty` where the device answers with a fault. */
async function orEmpty<T>(call: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof CwmpFault) return empty
    throw error
  }
}
