import { type BenchReport, type Figure, keepsTarget } from './benchmark.ts'
import { columns } from './columns.ts'

/** The figures for the terminal: a table, then what each line means. */
export function describeReport({ machine, results }: BenchReport): string {
  const rows = results.map(figure => [
    figure.name,
    withUnit(figure.value, figure),
    figure.target === null ? '' : `${figure.bound ?? 'at most'} ${withUnit(figure.target, figure)}`,
    figure.ratio === undefined ? '' : `${figure.ratio.toFixed(2)} ×`,
    standing(figure),
  ])
  const load = `load ${machine.load.before} before, ${machine.load.after ?? '?'} after`
  return [
    columns([['figure', 'measured', 'target', 'ratio', ''], ...rows]),
    '',
    ...results.map(figure => `${figure.name}: ${meaning(figure)}`),
    '',
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryMB} MB, ${machine.platform}, Node ${machine.node}, ${load}`,
  ].join('\n')
}

const decimals = { s: 2, ms: 2, MB: 0, kB: 1, '1/s': 1, devices: 0 } as const

const withUnit = (value: number, { unit }: Figure) => `${value.toFixed(decimals[unit])} ${unit}`

function standing(figure: Figure): string {
  if (figure.target === null) return ''
  return keepsTarget(figure) ? 'kept' : 'MISSED'
}

function meaning(figure: Figure): string {
  const { note, comparedWith } = figure
  return comparedWith ? `${note}; against ${withUnit(comparedWith.value, figure)}: ${comparedWith.what}` : note
}
