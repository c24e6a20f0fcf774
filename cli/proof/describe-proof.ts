import type { Proof } from './matrix.ts'

/** The matrix for the terminal: a line a fault, a line a variant, and what is missing. */
export function describeProof({ faults, variants, metrics, ok }: Proof, { whole }: { whole: boolean }): string {
  const faultLines = faults.map(row => {
    const problems = [
      ...(row.caught ? [] : ['NOT NOTICED']),
      ...(row.otherwiseChanged.length > 0 ? [`ALSO RED: ${row.otherwiseChanged.join(', ')}`] : []),
      ...(row.notBroken.length > 0 ? [`SAYS IT BREAKS, BUT DOES NOT: ${row.notBroken.join(', ')}`] : []),
    ]
    const also = row.alsoBreaks.length > 0 ? ` (with ${row.alsoBreaks.join(', ')})` : ''
    return `  ${row.id.padEnd(42)} ${problems.length === 0 ? 'caught by' : problems.join('; ')} ${row.requirement}${also}`
  })
  const variantLines = variants.map(
    row => `  ${row.id.padEnd(42)} ${row.green ? 'green' : `NOT GREEN: ${row.notGreen.join(', ')}`}`,
  )
  const unproven = metrics.filter(row => !row.seenPass || !row.seenFail)
  const metricLines = unproven.map(
    row =>
      `  ${row.scenario} ${row.name} (${row.requirement}): never seen to ${[...(row.seenPass ? [] : ['pass']), ...(row.seenFail ? [] : ['fail'])].join(' or to ')}`,
  )
  const caught = faults.filter(row => row.caught && row.otherwiseChanged.length === 0).length
  const green = variants.filter(row => row.green).length
  return [
    'Faults',
    ...faultLines,
    'Conforming variants',
    ...variantLines,
    ...(whole && metricLines.length > 0 ? ['Metrics without proof', ...metricLines] : []),
    `${caught} of ${faults.length} faults caught and nothing else, ${green} of ${variants.length} variants green${whole ? `, ${metrics.length - unproven.length} of ${metrics.length} metrics seen to pass and to fail: ${ok ? 'proven' : 'NOT PROVEN'}` : ''}.`,
  ].join('\n')
}
