/** For SequenceDiagram; the colours and fonts are the page's custom properties. */
export const sequenceDiagramStyles = `
.sequence{display:block;font:12px var(--mono)}
.sequence text{fill:var(--ink);direction:ltr;unicode-bidi:bidi-override;white-space:pre}
.sequence path{fill:none;stroke:var(--ink);stroke-width:1.25;stroke-linejoin:round}
.sequence .life{stroke:var(--rule);stroke-width:1.5}
.sequence .head rect{fill:var(--panel);stroke:var(--rule)}
.sequence .head text,.sequence .step text:not(.t){font:600 13px var(--sans)}
.sequence .head text{text-anchor:middle}
.sequence .step rect{fill:var(--panel)}
.sequence .span{stroke:var(--rule);stroke-width:3}
.sequence .t{text-anchor:end;fill:var(--quiet)}
.sequence .n{font:12px var(--sans);fill:var(--quiet)}
.sequence .s text:not(.t,.n){font-weight:600}
.sequence .s path{stroke-width:2}
.sequence .r path:first-of-type{stroke-dasharray:5 3}
.sequence .q text{fill:var(--quiet)}.sequence .q path{stroke:var(--quiet)}
.sequence .e text:not(.t){font:12px var(--sans)}
.sequence .p{font:italic 12px var(--sans);fill:var(--quiet)}
.sequence .watch rect{fill:var(--ground);stroke:var(--quiet);stroke-width:1.25}
.sequence .watch path{stroke:var(--quiet);stroke-width:1.25}
.sequence .w text:not(.t){font:600 12px var(--sans)}
.sequence .g path{stroke:var(--broken)}
.sequence .g text:not(.t){fill:var(--broken);font-weight:600}
.sequence .g rect{fill:var(--broken);fill-opacity:.09}
.sequence a{text-decoration:none}
.sequence a:is(:hover,:focus-visible) text:not(.t,.n){text-decoration:underline}
@media print{.sequence{max-width:100%;height:auto}}
`.replaceAll('\n', '')
