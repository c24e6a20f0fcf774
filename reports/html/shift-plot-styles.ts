/** For ShiftPlot; the colours and fonts are the page's custom properties. */
export const shiftPlotStyles = `
.shifts svg{display:block;overflow:visible;font:12px var(--sans)}
.shifts :is(td,th){vertical-align:middle;width:1%;white-space:nowrap}
.shifts :is(td,th):last-child{width:auto;min-width:20rem}
.shifts line{stroke:var(--rule)}
.shifts svg text{fill:var(--quiet);font-weight:400;text-anchor:middle}
.shifts .limit{stroke:var(--ink);stroke-width:2}
.shifts .way{stroke:var(--link);stroke-width:2}
.shifts .doubt{stroke:var(--quiet);stroke-opacity:.4;stroke-width:7}
.shifts .quiet{white-space:nowrap}
.shifts circle{fill:var(--ground);stroke:var(--link);stroke-width:2}
.shifts .after{fill:var(--link)}
`.replaceAll('\n', '')
