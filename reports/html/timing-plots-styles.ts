/** For TimingPlots; the colours and fonts are the page's custom properties. */
export const timingPlotsStyles = `
.timing{margin-top:2rem}
.timing svg{display:block;overflow:visible;font:12px var(--sans);font-variant-numeric:tabular-nums}
.timing>svg{margin-top:.6rem}
.timing text{fill:var(--quiet)}
.timing .past{fill:var(--panel)}
.timing .axis line{stroke:var(--rule)}
.timing .axis text{text-anchor:middle}
.timing .limit line{stroke:var(--ink);stroke-width:2}
.timing .limit text{fill:var(--ink);font-weight:600;text-anchor:end}
.timing circle{fill:var(--link);fill-opacity:.5}
.timing .ours path{fill:var(--warning)}.timing .spec path{fill:var(--broken)}
.timing .dots a:is(:hover,:focus) :is(circle,path){fill:var(--ink);fill-opacity:1}
.timing p{max-width:46rem;margin-top:.4rem;font-size:.9375rem}
.timing details{margin-top:.4rem}
@media(max-width:30rem){.timing .axis text:nth-of-type(2){display:none}}
`.replaceAll('\n', '')
