import { sequenceDiagramStyles } from './sequence-diagram-styles.ts'
import { timingPlotsStyles } from './timing-plots-styles.ts'

/** Rules of report.html alone, after those of every page. */
export const reportStyles = `
.id{font-family:var(--mono);font-size:.875em;font-weight:600;white-space:nowrap}
.tools{display:grid;gap:.4rem;padding-top:1.25rem}
button,select,input{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--quiet);border-radius:2px;padding:.2rem .5rem;min-height:1.75rem}
button{cursor:pointer;background:var(--panel);border-color:var(--rule)}button:hover{border-color:var(--link);color:var(--link)}
.tools button{font-size:.8125rem;text-align:left}
kbd{font:600 .8125em var(--mono);border:1px solid var(--rule);border-radius:2px;padding:0 .35em;background:var(--ground)}
dialog{border:1px solid var(--quiet);background:var(--ground);color:var(--ink);padding:1.25rem 1.5rem;min-width:min(22rem,90vw)}
dialog::backdrop{background:rgb(0 0 0/.4)}dialog h2{font-size:1.125rem;margin-bottom:.5rem}dialog button{margin-top:1rem}

.title-block{margin-top:1rem}.result{padding-top:1.5rem}.sentence{margin-bottom:1.25rem}.bar{margin-top:1.25rem}
.baseline{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1rem 3rem;margin-top:1.75rem;padding:1rem 1.25rem;background:var(--panel)}
.baseline .brief li:last-child{border-bottom:0;padding-bottom:0}
.block{margin-top:1.5rem}.result h2{font-size:1.0625rem;letter-spacing:0}.result .columns h2{padding-bottom:.4rem;border-bottom:1px solid var(--rule)}.pair{grid-template-columns:4.5rem minmax(0,1fr)}.baseline .pair{grid-template-columns:7rem minmax(0,1fr)}
.brief-broken{table-layout:fixed;font-size:.875rem;line-height:1.4}.brief-broken :is(th,td){padding-top:.4rem;padding-bottom:.45rem}.brief-broken td .quiet{font-size:.8125rem}
.brief-broken th p{font-weight:400;margin-top:.1rem}
.brief-broken tbody th{border-left:4px solid var(--broken);padding-left:.75rem}
.brief-broken thead th:first-child{padding-left:calc(.75rem + 4px)}
.brief-broken :is(th,td):nth-child(1){width:37%}.brief-broken :is(th,td):nth-child(4){width:6.5rem}
td .quiet a{white-space:nowrap}

.filter{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin-top:2.5rem;padding:.6rem 0;background:var(--ground);border:solid var(--rule);border-width:1px 0;font-size:.875rem}
.filter label{display:grid;gap:.1rem;color:var(--quiet);font-size:.75rem;font-weight:600}
.filter :is(select,input,button){font-size:.875rem;font-weight:400;color:var(--ink)}
.filter label:last-of-type{flex:1 1 8rem}.filter input{width:100%;min-width:0}
#shown{flex-basis:100%;color:var(--quiet)}#shown:empty{display:none}
[data-filtered],[data-empty].group{display:none!important}
#findings[data-empty]::after{content:"No finding matches the filter.";color:var(--quiet)}

.card,.scenario{content-visibility:auto;contain-intrinsic-size:auto 24rem}
.scenario{contain-intrinsic-size:auto 10rem}.scenario:has(>details[open]){contain-intrinsic-size:auto 48rem}
.card:focus{outline:3px solid var(--link);outline-offset:2px}
html{scroll-padding-top:4.75rem}[data-filter-on]{scroll-padding-top:6.25rem}
.cited{border-left:0}
.cited li{display:grid;grid-template-columns:6ch minmax(0,1fr);column-gap:1ch;padding:.1rem .5rem .1rem 0;border-left:4px solid var(--broken);background:var(--panel);margin-top:1px;overflow-wrap:anywhere}
.undecided .cited li{border-color:var(--undecided)}.warning .cited li{border-color:var(--warning)}.error .cited li{border-color:var(--error)}
.cited details{margin:0}.cited summary{color:var(--ink);font-weight:400}
.cited :is(.line,summary){padding-left:2ch}.cited summary{text-indent:-2ch}
.cited :is(.line,summary)>span:first-child{color:var(--quiet)}
.cited :is(.line,summary)>span+span{margin-left:1ch}
.cited .inside{margin:.35rem 0 .6rem 2ch;overflow-x:auto;font-family:var(--sans);background:var(--ground);padding:.5rem .75rem}
.cited .data{max-height:none;background:none;padding:0;margin:0;font-size:.8125rem}
.content{table-layout:fixed;min-width:28rem;font-size:.8125rem;margin-bottom:.75rem}.content :is(th,td){padding:.2rem .75rem .2rem 0}.content tbody th{font-family:var(--mono);font-weight:400;white-space:normal;width:50%}.content th:nth-child(3){width:8rem}
.content .meant{background:color-mix(in srgb,var(--warning) 18%,transparent);font-weight:600}.content .meant th{font-weight:700}

.scenario details>summary{font-size:.875rem;font-weight:400}
.scenario details>summary code{color:inherit}
.alike{display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;font-size:.9375rem}
.steps{margin-top:.75rem;font-size:.9375rem;counter-reset:step;max-width:46rem}
.steps li{counter-increment:step;padding:.15rem 0 .15rem 2rem;position:relative}
.steps li::before{content:counter(step);position:absolute;left:0;width:1.25rem;text-align:right;color:var(--quiet)}
.steps .watch{display:block;font-size:.8125rem}
.packed{max-height:80vh;overflow:auto;contain:content}.packed ol{padding:0;contain:content}
.log .target{background:color-mix(in srgb,var(--warning) 18%,transparent);outline:2px solid var(--warning)}
.packed-note{margin-top:.5rem;font-size:.875rem}

.facts tbody th{font-weight:500;width:30%}.facts td{overflow-wrap:anywhere;width:35%}.facts .none{color:var(--quiet)}
.facts .differs{background:color-mix(in srgb,var(--warning) 12%,transparent)}.facts .differs th{font-weight:700;padding-left:.5rem}
.key{gap:.25rem 1rem;font-size:.8125rem}.sum{margin-top:1rem;overflow-wrap:anywhere}

@media screen and (max-width:44rem){.brief-broken tbody th{padding-left:.75rem}.brief-broken td{padding-left:calc(.75rem + 4px)}
.filter{position:static}html{scroll-padding-top:1rem!important}}
@media print{.filter,dialog,.tools{display:none!important}[data-filter-on] .filter{display:block!important;position:static}[data-filter-on] .filter>:not(#shown){display:none}
.card,.scenario{content-visibility:visible}.packed{max-height:none}}
${sequenceDiagramStyles}${timingPlotsStyles}
`.replaceAll('\n', '')
