import { customProperties, darkPalette, lightPalette } from './palette.ts'

/** The report's only stylesheet: system fonts, light and dark, narrow and wide, screen and paper. */
export const stylesheet = `
:root{color-scheme:light dark;${customProperties(lightPalette)};
--sans:system-ui,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){${customProperties(darkPalette)}}}
:root[data-theme=dark]{color-scheme:dark;${customProperties(darkPalette)}}:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 var(--sans);font-variant-numeric:tabular-nums}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre,.mono{font-family:var(--mono);font-size:.875em}
p,ul,ol,dl,dd,figure{margin:0}
ul,ol{padding:0;list-style:none}
h1,h2,h3,h4{margin:0;line-height:1.25;text-wrap:balance}
h1{font-size:1.125rem;font-weight:500}h2{font-size:1.5rem;letter-spacing:-.01em}h3{font-size:1.0625rem}
h4,.label{font:600 .75rem/1.4 var(--sans);color:var(--quiet);letter-spacing:.02em}
.quiet{color:var(--quiet);overflow-wrap:anywhere}
.text{overflow-wrap:anywhere;white-space:pre-wrap;unicode-bidi:isolate}.log span,.cited span,.command,bdi{unicode-bidi:isolate}.data{unicode-bidi:plaintext}
[hidden]{display:none!important}
.skip{position:absolute;left:-100vw}.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.5rem 1rem;z-index:1}

.frame{max-width:76rem;margin:0 auto;padding:0 1.5rem 4rem;display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:3rem}
.contents{position:sticky;top:0;align-self:start;padding:2rem 0;font-size:.875rem;max-height:100vh;overflow-y:auto}
.contents a{display:flex;justify-content:space-between;gap:.5rem;padding:.3rem 0;color:var(--ink);text-decoration:none;border-top:1px solid var(--rule)}
.contents a:hover{color:var(--link)}
.contents .product{padding:0 0 1rem;font-weight:600}
main{min-width:0}
section{padding-top:3rem}
section>header{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1rem;padding-bottom:.5rem;margin-bottom:1.25rem;border-bottom:2px solid var(--ink)}
.stamp{font:600 .8125rem/1.4 var(--mono);color:var(--warning);border:1.5px solid;padding:.1rem .5rem}
.lead{max-width:44rem;margin-bottom:1.25rem;color:var(--quiet)}

.result{padding-top:2rem}
.result .stamp{display:inline-block;margin-bottom:1rem}
.sentence{font-size:1.1875rem;line-height:1.4;margin:.35rem 0 1.5rem;max-width:60rem;text-wrap:pretty}
.sentence b{display:block;font-size:clamp(1.875rem,4.5vw,2.75rem);line-height:1.1;letter-spacing:-.02em;font-weight:700;margin-bottom:.35rem}
.sentence span{display:inline-block}.sentence span::first-letter{text-transform:uppercase}
.title-block{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;padding:1px}
.title-block div{box-shadow:0 0 0 1px var(--rule);padding:.5rem .75rem .6rem;min-width:0}
.title-block .wide{grid-column:1/-1}.title-block dd{overflow-wrap:anywhere;font-weight:500}

.bar{display:flex;gap:2px;height:2.25rem;margin-top:1.75rem}
.bar span{flex:1 1 0;min-width:1.75rem;display:grid;place-items:center;font-weight:650;background:currentColor}
.bar span i{font-style:normal;color:var(--ground)}
.bar .untested,.bar .not-asked,.bar .not-applicable{background:var(--panel);border:1px solid var(--rule)}
.bar .untested{background:repeating-linear-gradient(135deg,var(--panel) 0 5px,var(--rule) 5px 6px)}
.bar .untested i,.bar .not-asked i,.bar .not-applicable i{color:var(--ink)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.6rem;font-size:.875rem}
.key .zero .word{font-weight:400}
.word{display:inline-flex;align-items:center;gap:.4em;font-weight:600;white-space:nowrap}
.word::before{content:"";width:.7em;height:.7em;background:currentColor;flex:none}
.word.untested::before,.word.not-asked::before,.word.not-applicable::before{background:none;border:1.5px solid}
.broken{color:var(--broken)}.error{color:var(--error)}.undecided{color:var(--undecided)}.warning{color:var(--warning)}.kept{color:var(--kept)}
.not-asked,.not-applicable,.untested{color:var(--quiet)}

.small{font-size:.875rem}.block,.group{margin-top:2.25rem}.group>h3{padding-bottom:.4rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:2rem 3rem;margin-top:2.25rem}
.columns h3{padding-bottom:.4rem;border-bottom:1px solid var(--rule)}
.brief li{padding:.75rem 0;border-bottom:1px solid var(--rule)}
.brief .id{font-family:var(--mono);font-size:.875em;font-weight:600}
.pair{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.15rem .75rem;font-size:.9375rem;margin-top:.25rem}
.pair dt{color:var(--quiet)}
.behaviour{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:0 2.5rem;margin-top:.25rem}
.behaviour div{display:flex;justify-content:space-between;gap:1rem;padding:.45rem 0;border-bottom:1px solid var(--rule)}
.behaviour dd{font-weight:500;text-align:right;min-width:min-content}
.behaviour dd,.behaviour dd *{overflow-wrap:break-word}

.card{border:1px solid var(--rule);border-left:6px solid;margin-bottom:1.5rem;background:var(--ground)}
.card>*{padding-left:1.25rem;padding-right:1.25rem;color:var(--ink)}
.card>header{display:flex;flex-wrap:wrap;gap:.25rem .9rem;align-items:baseline;padding-top:1rem}
.card>.sentence-line{padding-top:.35rem;font-size:1.0625rem;font-weight:500;max-width:48rem}
.card>.alternatives{font-size:.9375rem;color:var(--quiet);max-width:48rem}
.card .judged{font-size:.9375rem;color:var(--quiet)}
.against{display:grid;grid-template-columns:1fr 1fr;gap:1px;background:var(--rule);border:solid var(--rule);border-width:1px 0;margin-top:1rem;padding:0!important}
.against>div{background:var(--ground);padding:.7rem 1.25rem .9rem}
.against>.seen{background:var(--panel)}
.against li+li::before{content:"or ";color:var(--quiet)}
.card .part{padding-top:.9rem}
.card>.part:last-child{padding-bottom:1.1rem}
.scale{position:relative;height:1.5rem;max-width:40rem;margin:.1rem 0 .5rem;border-bottom:2px solid var(--rule)}
.scale .run{position:absolute;left:0;bottom:-2px;height:8px;background:var(--quiet)}
.scale .limit{position:absolute;bottom:-2px;height:1.4rem;border-left:2px solid var(--ink)}
.scale .limit::before{content:"limit";position:absolute;right:.4rem;top:-.3rem;font-size:.75rem;color:var(--quiet)}
.cited{margin-top:.35rem;border-left:2px solid var(--rule)}
pre.command{margin:.3rem 0 0;padding:.5rem .75rem;background:var(--panel);white-space:pre-wrap;overflow-wrap:anywhere}

.scenario{border-top:1px solid var(--rule);padding:1.5rem 0 1.75rem}
.scenario:first-of-type{border-top:0;padding-top:0}
.scenario>header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;justify-content:space-between}
.scenario>p{max-width:46rem;color:var(--quiet)}

.scroll{overflow-x:auto;margin-top:1.1rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;color:var(--quiet);padding-bottom:.4rem;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.55rem .9rem .55rem 0;border-bottom:1px solid var(--rule)}
thead th{font-size:.75rem;color:var(--quiet);font-weight:600;border-bottom-color:var(--ink);white-space:nowrap}
tbody th{font-weight:600}tbody th .mono{white-space:nowrap}
td:last-child,th:last-child{padding-right:0}
.register,.judgements{table-layout:fixed;overflow-wrap:anywhere}
.register :is(th,td):nth-child(1){width:9.5rem}.register :is(th,td):nth-child(2){width:10rem}
.register :is(th,td):nth-child(4){width:9.5rem}.register :is(th,td):nth-child(5){width:10.5rem}
.register.unjudged :is(th,td):nth-child(n+2){width:auto}.register.unjudged td:nth-child(2){color:var(--quiet)}
.judgements :is(th,td):nth-child(1){width:7rem}.judgements :is(th,td):nth-child(2){width:8.75rem}
td .quiet,th .quiet{display:block;font-size:.8125rem;font-weight:400;white-space:normal}
:target:not(section){outline:2px solid var(--warning);outline-offset:2px}:is(tr,li):target{background:color-mix(in srgb,var(--warning) 18%,transparent);outline-offset:-2px}

details{margin-top:1rem}
summary{cursor:pointer;color:var(--link);font-weight:500}
.log{margin-top:.5rem;unicode-bidi:isolate;font:.8125rem/1.5 var(--mono);border:1px solid var(--rule)}
.log li{display:grid;grid-template-columns:6ch 10ch 2ch minmax(0,1fr);column-gap:.75ch;padding:.05rem .75rem;overflow-wrap:anywhere}
.cited{font:.8125rem/1.5 var(--mono)}
.log li>:nth-child(-n+2),.cited li>:first-child{color:var(--quiet);text-align:right}
.log ol{padding:.4rem 0}
.log .n{color:var(--quiet)}
.log .c{box-shadow:inset 4px 0 var(--broken);background:var(--panel);font-weight:600}
.data{max-height:24rem;overflow:auto;padding:.75rem;background:var(--panel);margin:.5rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
.legend{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.5rem 1.5rem;max-width:52rem}
.legend dt{font-weight:600}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--rule);font-size:.875rem;color:var(--quiet)}

@media(max-width:60rem){.frame{display:block;padding:0 1.25rem 3rem}.contents{position:static;padding:1.25rem 0 0;max-height:none}
.contents ol{display:flex;flex-wrap:wrap;gap:0 1.1rem}.contents a{border:0;padding:.25rem 0;color:var(--link)}.contents .product{padding-bottom:.25rem}}
@media screen and (max-width:44rem){.stacks,.stacks :is(tbody,tr,th,td){display:block;width:auto!important}.stacks thead{display:none}
.stacks tr{padding:.6rem 0;border-bottom:1px solid var(--rule)}.stacks :is(th,td){border:0;padding:.1rem 0}
.stacks td[data-label]::before{content:attr(data-label);display:block;font-size:.75rem;color:var(--quiet)}}
@media(max-width:38rem){.against{grid-template-columns:1fr}
.log li{grid-template-columns:5ch 9ch 2ch minmax(0,1fr);padding:.2rem .5rem}.log li>:last-child{grid-column:1/-1}
.title-block{grid-template-columns:1fr 1fr}.legend{grid-template-columns:1fr;gap:0}.legend dd{margin-bottom:.75rem}
section{padding-top:2.25rem}.card>*,.against>div{padding-left:.9rem;padding-right:.9rem}}
@media print{:root,:root:not([data-theme=light]),:root[data-theme]{color-scheme:light;${customProperties(lightPalette)}}.contents,.skip{display:none}.frame{display:block;max-width:none;padding:0}
body{font-size:.8125rem}.card,.scenario>header,tr,li{break-inside:avoid}section>header{break-after:avoid}*{print-color-adjust:exact}a{color:inherit}}
`.replaceAll('\n', '')
