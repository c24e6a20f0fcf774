import type { InformContent, ParameterValue } from '../timeline/entry.ts'

/** A parameter to set; without a type it goes out as a string. */
export interface ParameterToSet {
  name: string
  value: string
  /** The schema type without prefix: `string`, `boolean`, `unsignedInt`, `int`, `dateTime`, `base64`. */
  type?: string
}

export interface ParameterInfo {
  name: string
  writable: boolean
}

export interface ParameterAttributes {
  name: string
  /** 0 off, 1 passive, 2 active, 3 to 6 lightweight (TR-069 A.3.2.4). */
  notification: number
  accessList: string[]
}

/** An attribute that is left out keeps its value. */
export interface AttributesToSet {
  name: string
  notification?: number
  accessList?: string[]
}

/** `0`: applied. `1`: accepted, applied later. `undefined`: the device sent something else. */
export type Status = 0 | 1 | undefined

interface ObjectArguments {
  /** Ends in a dot. */
  objectName: string
  parameterKey?: string
}

/** The RPCs that the ACS sends, with their arguments and results (TR-069 A.3.1, A.3.2, A.4.1). */
export interface Rpcs {
  GetRPCMethods: { arguments: Record<string, never>; result: { methods: string[] } }
  GetParameterNames: {
    arguments: { parameterPath: string; nextLevel: boolean }
    result: { parameters: ParameterInfo[] }
  }
  GetParameterValues: { arguments: { names: string[] }; result: { parameters: ParameterValue[] } }
  SetParameterValues: {
    arguments: { parameters: ParameterToSet[]; parameterKey?: string }
    result: { status: Status }
  }
  GetParameterAttributes: { arguments: { names: string[] }; result: { parameters: ParameterAttributes[] } }
  SetParameterAttributes: { arguments: { parameters: AttributesToSet[] }; result: Record<string, never> }
  AddObject: { arguments: ObjectArguments; result: { instanceNumber: number; status: Status } }
  DeleteObject: { arguments: ObjectArguments; result: { status: Status } }
  Download: {
    arguments: { url: string; fileType?: string; commandKey?: string; fileSize?: number; delaySeconds?: number }
    result: { status: Status; startTime: string; completeTime: string }
  }
  Reboot: { arguments: { commandKey?: string }; result: Record<string, never> }
  FactoryReset: { arguments: Record<string, never>; result: Record<string, never> }
  ScheduleInform: { arguments: { delaySeconds: number; commandKey?: string }; result: Record<string, never> }
}

export type RpcMethod = keyof Rpcs

/** A session in which RPCs can be sent: what probe and provisioning need of it. */
export interface RpcSession {
  readonly inform: InformContent
  /** The CWMP namespace that the device uses. */
  readonly cwmp: string
  /**
   * Sends an RPC in answer to the device's next POST.
   * @throws CwmpFault when the device answers with a fault
   * @throws SessionLost when the session ends before the device answers
   */
  call<M extends RpcMethod>(method: M, args: Rpcs[M]['arguments']): Promise<Rpcs[M]['result']>
}
