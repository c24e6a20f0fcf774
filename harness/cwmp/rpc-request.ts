import { type Node, buildEnvelope, leaf, soapArray } from './build-envelope.ts'
import type { AttributesToSet, ParameterToSet, RpcMethod, Rpcs } from './rpcs.ts'

type ArgumentWriters = { [M in RpcMethod]: (args: Rpcs[M]['arguments']) => Node[] }

/** The arguments of each method, in the schema's order. */
const writeArguments: ArgumentWriters = {
  GetRPCMethods: () => [],
  GetParameterNames: args => [leaf('ParameterPath', args.parameterPath), leaf('NextLevel', bit(args.nextLevel))],
  GetParameterValues: args => [namesToGet(args.names)],
  SetParameterValues: args => [
    soapArray('ParameterList', 'cwmp:ParameterValueStruct', args.parameters.map(parameterValueStruct)),
    leaf('ParameterKey', args.parameterKey ?? ''),
  ],
  GetParameterAttributes: args => [namesToGet(args.names)],
  SetParameterAttributes: args => [
    soapArray('ParameterList', 'cwmp:SetParameterAttributesStruct', args.parameters.map(attributesStruct)),
  ],
  AddObject: args => [leaf('ObjectName', args.objectName), leaf('ParameterKey', args.parameterKey ?? '')],
  DeleteObject: args => [leaf('ObjectName', args.objectName), leaf('ParameterKey', args.parameterKey ?? '')],
  Download: args => [
    leaf('CommandKey', args.commandKey ?? ''),
    leaf('FileType', args.fileType ?? '1 Firmware Upgrade Image'),
    leaf('URL', args.url),
    leaf('Username', ''),
    leaf('Password', ''),
    leaf('FileSize', args.fileSize ?? 0),
    leaf('TargetFileName', ''),
    leaf('DelaySeconds', args.delaySeconds ?? 0),
    leaf('SuccessURL', ''),
    leaf('FailureURL', ''),
  ],
  Reboot: args => [leaf('CommandKey', args.commandKey ?? '')],
  FactoryReset: () => [],
  ScheduleInform: args => [leaf('DelaySeconds', args.delaySeconds), leaf('CommandKey', args.commandKey ?? '')],
}

/** The envelope of an RPC of the ACS. */
export function buildRequest<M extends RpcMethod>(
  method: M,
  args: Rpcs[M]['arguments'],
  header: { cwmp: string; id: string; holdRequests?: boolean | undefined },
): string {
  return buildEnvelope({ ...header, body: { name: `cwmp:${method}`, content: writeArguments[method](args) } })
}

/** One line about an RPC for people: the method and what it is about. */
export function summaryOf<M extends RpcMethod>(method: M, args: Rpcs[M]['arguments']): string {
  const about = subjectsOf(args)
  const shown = about.slice(0, 3).join(', ')
  return about.length === 0 ? method : `${method} ${shown}${about.length > 3 ? ` and ${about.length - 3} more` : ''}`
}

function subjectsOf(args: Rpcs[RpcMethod]['arguments']): string[] {
  if ('names' in args && Array.isArray(args.names)) return args.names
  if ('parameters' in args && Array.isArray(args.parameters)) return args.parameters.map(each => each.name)
  if ('parameterPath' in args) return [args.parameterPath]
  if ('objectName' in args) return [args.objectName]
  return 'url' in args ? [args.url] : []
}

const bit = (value: boolean) => (value ? '1' : '0')
const strings = (name: string, values: string[]) =>
  soapArray(
    name,
    'xsd:string',
    values.map(value => leaf('string', value)),
  )
const namesToGet = (names: string[]) => strings('ParameterNames', names)

const parameterValueStruct = ({ name, value, type = 'string' }: ParameterToSet): Node => ({
  name: 'ParameterValueStruct',
  content: [
    leaf('Name', name),
    { name: 'Value', attributes: { 'xsi:type': type === 'base64' ? 'soapenc:base64' : `xsd:${type}` }, content: value },
  ],
})

const attributesStruct = ({ name, notification, accessList }: AttributesToSet): Node => ({
  name: 'SetParameterAttributesStruct',
  content: [
    leaf('Name', name),
    leaf('NotificationChange', bit(notification !== undefined)),
    leaf('Notification', notification ?? 0),
    leaf('AccessListChange', bit(accessList !== undefined)),
    strings('AccessList', accessList ?? []),
  ],
})
