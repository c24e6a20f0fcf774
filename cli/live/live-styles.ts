/** Rules of the live page, after those of the report. */
export const liveStyles = `
.far{font-size:1.25rem;margin-bottom:.5rem}
.far b{font-size:1.75rem;letter-spacing:-.01em;margin-right:.5rem}
progress{width:100%;height:.75rem;accent-color:var(--link)}
.connection{display:inline-block;margin-bottom:1rem;padding:.1rem .5rem;font:600 .8125rem/1.4 var(--mono);color:var(--kept);border:1.5px solid}
.connection.lost{color:var(--broken)}.connection.over{color:var(--quiet)}
.turn{font-size:1.25rem;font-weight:650;padding:.75rem 1rem;margin-bottom:.75rem;border:3px solid var(--warning);color:var(--warning)}
.turn p{margin:0}
.turn .counting{font-size:.875rem;font-weight:400}
.turn *{color:var(--ink)}
.counting{font-size:1.125rem;margin-top:.35rem}
.counting b{font-variant-numeric:tabular-nums;white-space:nowrap}
#result h2.label{margin-top:1.5rem}
#live-report{margin-top:.75rem;font-size:1.125rem}
.notices{margin-top:1rem;font-size:.9375rem;color:var(--quiet)}
#live-course h3{margin-bottom:.75rem}
#live-course .label{margin-top:1rem}
#live-finished details{margin:0;border-bottom:1px solid var(--rule)}
#live-finished summary{padding:.5rem 0;color:var(--ink);font-weight:400}
#live-finished summary .word{min-width:9rem}
.judged-metrics{padding:0 0 .75rem 1.25rem;font-size:.9375rem}
.judged-metrics li{padding:.2rem 0;overflow-wrap:anywhere}
.id{font-family:var(--mono);font-size:.875em;font-weight:600}
`.replaceAll('\n', '')
