import { describe, expect, test } from 'vitest'
import { CwmpFault } from '../cwmp/fault.ts'
import { SessionLost } from './session-plan.ts'
import { envelopeText, idIn, informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

describe('a session', () => {
  test('without a plan: Inform, empty POST, end', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    const response = await device.post(informText({ id: 'abc' }))
    expect(response.status).toBe(200)
    expect(response.body).toContain('<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>')
    expect(idIn(response.body)).toBe('abc')
    expect(bench.acs.openSessions()).toBe(1)
    expect((await device.post('', { Cookie: response.cookies })).status).toBe(204)
    expect(bench.endings()).toEqual(['completed'])
    expect(bench.acs.openSessions()).toBe(0)
  })

  test.each([0, 1, 2, 3, 4])('in the namespace cwmp-1-%i with odd prefixes, with an RPC', async minor => {
    await using bench = await openTestAcs()
    const cwmp = `urn:dslforum-org:cwmp-1-${minor}`
    const odd = { cwmp, soapPrefix: 'E', cwmpPrefix: 'x-9' }
    let values: unknown
    const planned = bench.acs.plan({
      name: 'read',
      async script(session) {
        values = await session.call('GetParameterValues', { names: ['Device.A', 'Device.B'] })
      },
    })
    const device = await bench.call()
    await device.post(informText(odd))
    const rpc = await device.post('')
    expect(rpc.body).toContain(`xmlns:cwmp="${cwmp}"`)
    expect(rpc.body).toContain('soapenc:arrayType="xsd:string[2]"')
    const answer =
      '<x-9:GetParameterValuesResponse><ParameterList soapenc:arrayType="x-9:ParameterValueStruct[1]">' +
      '<ParameterValueStruct><Name>Device.A</Name><Value xsi:type="xsd:int">5</Value></ParameterValueStruct>' +
      '</ParameterList></x-9:GetParameterValuesResponse>'
    expect((await device.post(envelopeText(answer, { ...odd, id: idIn(rpc.body) }))).status).toBe(204)
    await planned.done
    expect(values).toEqual({ parameters: [{ name: 'Device.A', value: '5', type: 'int' }] })
    expect(bench.all('session-opened')).toMatchObject([{ cwmp, problems: [], attemptBasis: 'connection' }])
    expect(bench.all('rpc-answered')).toMatchObject([{ method: 'GetParameterValues', problems: [] }])
  })

  test('a fault answer rejects the call and is on the timeline, and the session goes on', async () => {
    await using bench = await openTestAcs()
    let caught: unknown
    bench.acs.plan({
      name: 'set',
      script: session =>
        session.call('SetParameterValues', { parameters: [{ name: 'A', value: '1' }] }).then(
          () => undefined,
          error => void (caught = error),
        ),
    })
    const device = await bench.call()
    await device.post(informText())
    const rpc = await device.post('')
    const fault =
      '<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>' +
      '<FaultCode>9003</FaultCode><FaultString>Invalid arguments</FaultString><SetParameterValuesFault>' +
      '<ParameterName>A</ParameterName><FaultCode>9008</FaultCode><FaultString>no</FaultString>' +
      '</SetParameterValuesFault></cwmp:Fault></detail></soap:Fault>'
    expect((await device.post(envelopeText(fault, { id: idIn(rpc.body) }))).status).toBe(204)
    expect(caught).toBeInstanceOf(CwmpFault)
    expect(caught).toMatchObject({ faultCode: '9003', parameterFaults: [{ parameter: 'A', code: '9008', text: 'no' }] })
    expect(bench.all('rpc-answered')[0]?.fault).toEqual({ code: '9003', text: 'Invalid arguments' })
    expect(bench.endings()).toEqual(['completed'])
  })

  test('the POST is held as long as the script runs, by the clock', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(25_000, session.signal) })
    const device = await bench.call()
    await device.post(informText())
    const before = bench.clock.now()
    expect((await device.post('')).status).toBe(204)
    expect(bench.clock.now() - before).toBe(25_000)
  })

  test('a script that throws ends the session by 204, is an error of the harness and rejects done', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({
      name: 'broken',
      async script() {
        throw new Error('oops')
      },
    })
    const device = await bench.call()
    await device.post(informText())
    expect((await device.post('')).status).toBe(204)
    await expect(planned.done).rejects.toThrow('oops')
    expect(bench.all('harness-error')).toMatchObject([{ message: 'broken: oops' }])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('an empty POST instead of an answer loses the call', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({ name: 'reboot', script: async session => void (await session.call('Reboot', {})) })
    const device = await bench.call()
    await device.post(informText())
    await device.post('')
    expect((await device.post('')).status).toBe(204)
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.all('harness-error')).toEqual([])
  })

  test('requests of the device are answered, also unknown ones', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    const methods = await device.post(envelopeText('<cwmp:GetRPCMethods/>', { id: '7' }))
    expect(methods.body).toMatch(/GetRPCMethodsResponse><MethodList soapenc:arrayType="xsd:string\[8\]"><string>GetRPC/)
    expect(idIn(methods.body)).toBe('7')
    const transfer = await device.post(envelopeText('<cwmp:TransferComplete/>', { id: '8' }))
    expect(transfer.body).toContain('<cwmp:TransferCompleteResponse/>')
    const unknown = await device.post(envelopeText('<cwmp:Nonsense/>', { id: '9' }))
    expect(unknown.body).toContain('<FaultCode>8000</FaultCode>')
    expect((await device.post('')).status).toBe(204)
    expect(bench.all('device-rpc').map(({ method, known }) => [method, known])).toEqual([
      ['GetRPCMethods', true],
      ['TransferComplete', true],
      ['Nonsense', false],
    ])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('an empty answer lifts the hold: the device may speak again before the end', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'hold requests', onInform: () => ({ respond: { holdRequests: true } }) })
    const device = await bench.call()
    const response = await device.post(informText())
    expect(response.body).toContain('<cwmp:HoldRequests soap:mustUnderstand="1">1</cwmp:HoldRequests>')
    expect((await device.post('')).status).toBe(204)
    expect(bench.endings()).toEqual([])
    await device.post(envelopeText('<cwmp:TransferComplete/>', { id: '8' }))
    expect(bench.all('device-rpc')).toMatchObject([{ holdRequests: false }])
    expect((await device.post('')).status).toBe(204)
    expect(bench.endings()).toEqual(['completed'])
  })

  test('a request during the hold is told apart', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'hold requests', onInform: () => ({ respond: { holdRequests: true } }) })
    const device = await bench.call()
    await device.post(informText())
    await device.post(envelopeText('<cwmp:TransferComplete/>', { id: '8' }))
    expect(bench.all('device-rpc')).toMatchObject([{ holdRequests: true }])
  })

  test('POSTs after the end are seen with their session and dismissed', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    const { cookies } = await device.post(informText())
    await device.post('', { Cookie: cookies })
    expect((await device.post('', { Cookie: cookies })).status).toBe(204)
    expect(bench.all('empty-post').map(entry => entry.session)).toEqual([1, 1])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('failNext makes a running session fail', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'fail', script: async session => session.failNext({ status: 503 }) })
    const device = await bench.call()
    await device.post(informText())
    expect((await device.post('')).status).toBe(503)
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test('the empty answer may be a 200', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'empty 200', script: async session => session.emptyAnswer(200) })
    const device = await bench.call()
    await device.post(informText())
    const answer = await device.post('')
    expect([answer.status, answer.body, answer.header('content-length')]).toEqual([200, '', '0'])
    expect(bench.endings()).toEqual(['completed'])
  })
})
