import { expect, test } from 'vitest'
import { captureMark, captureSentences } from './interface-capture.ts'
import { remarksOf } from './remarks.ts'

const capture = { interface: 'eth0', file: 'capture-eth0.pcapng', program: 'dumpcap', filter: 'tcp', packets: 1 }

test('a capture is a remark that says what it holds', () => {
  const remarks = remarksOf([{ seq: 1, at: 0, ...captureMark(capture) }])
  expect(remarks.map(({ text }) => text)).toEqual([
    'What went over eth0 is in capture-eth0.pcapng (dumpcap, 1 packet). It is the wire as it was: passwords and keys in it are not taken out.',
  ])
})

test('packets that were lost, and an end before that of the run, are not the fault of the device', () => {
  const [first, second] = captureSentences(captureMark({ ...capture, lost: 3, problem: 'it ended with SIGKILL.' }))
  expect(first).toContain('3 more were lost.')
  expect(second).toBe(
    'The capture on eth0 ended before the run, which says nothing of the device: it ended with SIGKILL.',
  )
})

test('other marks say nothing of it', () => {
  expect(captureSentences({ name: 'positive-control', data: { interface: 'eth0' } })).toEqual([])
})
