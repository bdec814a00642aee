/** How the chart of a page looks. Widths of labels are variables, as shapes that cross rows begin behind them. */
export const chartStyle = `
.chart { --service: 112px; --what: 272px; --labels: calc(var(--service) + var(--what)); position: relative; margin-top: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 0 18px 12px 16px; }
.line, .axis { position: relative; display: grid; grid-template-columns: var(--service) var(--what) minmax(0, 1fr); min-height: 30px; }
li.line { content-visibility: auto; contain-intrinsic-size: auto 30px; }
.axis { position: sticky; top: 0; z-index: 5; min-height: 36px; background: var(--card); border-bottom: 1px solid var(--line); color: var(--faint); font-size: .82rem; align-items: center; border-radius: 12px 12px 0 0; }
.axis .service { padding: 0; }
svg { display: block; overflow: visible; } .bars { z-index: 2; } .ways { z-index: 2; pointer-events: none; } .ways line { pointer-events: stroke; }
.line .bars, .axis .bars, .ways, .cuts { position: absolute; left: var(--labels); top: 0; width: calc(100% - var(--labels)); height: 100%; }
.cuts { left: calc(var(--labels) + 16px); width: calc(100% - var(--labels) - 34px); z-index: 3; pointer-events: none; overflow: hidden; }
.title { display: flex; align-items: end; padding-top: 14px; min-height: 42px; } .title h2 { font-size: .82rem; font-weight: 500; color: var(--faint); z-index: 4; background: var(--card); padding-right: 8px; overflow-wrap: anywhere; }
.line.on { background: var(--hover); border-radius: 6px; }
.service { padding: 4px 8px 0 0; font-weight: 600; font-size: .9rem; overflow-wrap: anywhere; } li.first { border-top: 1px solid var(--line); } .title + ol > li.first:first-child { border-top: 0; }
.what { grid-column: 2; padding: 3px 12px 4px 0; min-width: 0; z-index: 4; }
.d1 { padding-left: 14px; } .d2 { padding-left: 28px; } .d3 { padding-left: 42px; } .d4 { padding-left: 56px; } .d5 { padding-left: 70px; } .d6 { padding-left: 84px; }
.name { overflow-wrap: anywhere; } .name:hover, .goto:hover { text-decoration: underline; text-underline-offset: 3px; } .name[aria-current] { font-weight: 600; } .times { color: var(--faint); }
.notes { display: flex; flex-wrap: wrap; gap: 3px 6px; margin-top: 1px; } .note { display: inline-flex; align-items: center; gap: 5px; font-size: .8rem; line-height: 1.35; color: var(--faint); padding: 0 6px; border: 1px solid var(--line); border-radius: 9px; overflow-wrap: anywhere; min-width: 0; }
button.note:hover { background: var(--hover); color: var(--ink); } .note[aria-current] { border-color: var(--accent); color: var(--ink); } .waited { color: var(--wait); } .problem { color: var(--problem); background: var(--problem-paper); border-color: transparent; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px; } i.s0 { background: var(--s0); } i.s1 { background: var(--s1); } i.s2 { background: var(--s2); } i.s3 { background: var(--s3); } i.s4 { background: var(--s4); } i.s5 { background: var(--s5); } i.s6 { background: var(--s6); } i.s7 { background: var(--s7); }
rect.s0 { fill: var(--s0); } rect.s1 { fill: var(--s1); } rect.s2 { fill: var(--s2); } rect.s3 { fill: var(--s3); } rect.s4 { fill: var(--s4); } rect.s5 { fill: var(--s5); } rect.s6 { fill: var(--s6); } rect.s7 { fill: var(--s7); }
.shares .work { fill: var(--s0); } rect.failed { fill: var(--problem); } rect.wait { stroke: var(--wait-stroke); stroke-width: 1; } rect[data-for], .ways [data-for] { cursor: pointer; }
rect.queue { fill: url(#hatch-queue); } rect.delay { fill: url(#hatch-delay); } rect.backoff { fill: url(#hatch-backoff); } rect.dependencies { fill: url(#hatch-dependencies); }
.hatch { fill: var(--wait-paper); } .hatches path { stroke: var(--wait-stroke); stroke-width: 1.4; fill: none; } .hatches circle { fill: var(--wait-stroke); }
.hatches { position: absolute; width: 0; height: 0; }
.told { text-anchor: middle; font-size: 12px; font-weight: 600; fill: var(--wait); paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; pointer-events: none; }
.ghost, .swatch.missing { fill: var(--card); stroke: var(--problem); stroke-width: 1.6; stroke-dasharray: 3 2; }
.ways line { stroke: var(--faint); stroke-width: 1.5; } .ways .link { stroke-dasharray: 4 4; } .ways .end { fill: var(--card); stroke: var(--faint); stroke-width: 1.5; } .ways line.on { stroke: var(--accent); stroke-width: 3; }
.cuts .break { fill: var(--wait-stroke); opacity: .07; } .cuts .cut { fill: url(#torn); } .torn { fill: var(--card); } #torn path { stroke: var(--faint); stroke-width: 1; fill: none; opacity: .7; }
.axis text { text-anchor: middle; font-size: 12px; fill: var(--faint); } .axis text.break { fill: var(--wait); font-weight: 650; } .axis line.piece { stroke: var(--line); stroke-width: 3; }
.swatch { display: inline-block; flex: none; width: 22px; height: 11px; border-radius: 3px; vertical-align: baseline; } .sums .swatch { width: 30px; height: 16px; margin-right: 9px; vertical-align: -1px; } .note .swatch { width: 12px; height: 9px; } dt .swatch { margin-right: 7px; }
i.work { background: var(--s0); } i.rest { background: var(--line); } i.wait { border: 1px solid var(--wait-stroke); background-color: var(--wait-paper); } i.queue { background-image: repeating-linear-gradient(135deg, var(--wait-stroke) 0 1.5px, transparent 1.5px 5px); }
i.delay { background-image: radial-gradient(var(--wait-stroke) 1.2px, transparent 1.4px); background-size: 5px 5px; } i.backoff { background-image: repeating-linear-gradient(45deg, var(--wait-stroke) 0 1px, transparent 1px 5px), repeating-linear-gradient(135deg, var(--wait-stroke) 0 1px, transparent 1px 5px); } i.dependencies { background-image: repeating-linear-gradient(90deg, var(--wait-stroke) 0 1.5px, transparent 1.5px 5px); }
.way { display: inline-block; flex: none; width: 22px; border-top: 2px solid var(--faint); } .note .way { width: 14px; } i.link { border-top-style: dashed; } i.missing { width: 11px; border: 1.6px dashed var(--problem); border-radius: 50%; background: none; }
@media (max-width: 720px) {
  .chart { --labels: 0px; padding: 0 12px 10px; margin-left: -6px; margin-right: -6px; } .cuts { left: 12px; width: calc(100% - 24px); }
  .line, .axis { grid-template-columns: minmax(0, 1fr); } .axis > span { display: none; } .what { grid-column: 1; padding-right: 0; } .line .bars { position: static; height: 26px; margin: -4px 0 8px; } li.line { content-visibility: visible; }
  .told { display: none; } .ways { display: none; } .name, .note { background: var(--card); } .problem { background: var(--problem-paper); } .service { width: fit-content; background: var(--card); z-index: 4; }
}
@media (forced-colors: active) { rect.work, i.work, .dot { forced-color-adjust: none; } }
`;
