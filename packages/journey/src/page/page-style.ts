import { chartStyle } from './chart-style.ts';

const colours = `
:root { color-scheme: light dark; --paper: #faf9f6; --card: #fff; --ink: #1c1f24; --faint: #5c626c; --line: #dedad2; --hover: #f1eee7;
  --accent: #1f5fbf; --problem: #b3261e; --problem-paper: #fdeceA; --wait: #9a5b00; --wait-paper: #fdeecb; --wait-stroke: #cf8a12;
  --s0: #2f6fc4; --s1: #12806a; --s2: #7b4fc9; --s3: #b83a78; --s4: #4d7d14; --s5: #0b7f9e; --s6: #95561f; --s7: #5a6577; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14161a; --card: #1c1f25; --ink: #e9e7e2; --faint: #a2a8b3; --line: #343942; --hover: #262a32;
    --accent: #8ab4f8; --problem: #ff9c92; --problem-paper: #3a1d1b; --wait: #ffc55c; --wait-paper: #38290c; --wait-stroke: #d99a2b;
    --s0: #6fa8f5; --s1: #43b99d; --s2: #ae8cf2; --s3: #ec79b0; --s4: #8fc04b; --s5: #4cbcd9; --s6: #d39a62; --s7: #9aa6b8; }
}
`;

const text = `
* { box-sizing: border-box; }
html { font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; background: var(--paper); color: var(--ink); }
body { margin: 0 auto; padding: 24px 28px 48px; max-width: 1500px; }
code, .id { font-family: ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; font-size: .86em; }
h1 { margin: 2px 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0; } h3 { font-size: .95rem; margin: 20px 0 6px; } h4 { font-size: .85rem; margin: 12px 0 4px; color: var(--faint); font-weight: 600; }
p { margin: 0; } ul, ol { list-style: none; margin: 0; padding: 0; }
.id { color: var(--faint); display: flex; flex-wrap: wrap; gap: 10px; align-items: center; overflow-wrap: anywhere; } .id code { font-size: 1em; }
.sizes { color: var(--faint); }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: left; cursor: pointer; border-radius: 4px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.sr { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:not(:focus) { position: absolute; clip-path: inset(50%); }
.sums { display: flex; flex-wrap: wrap; gap: 6px 36px; margin: 18px 0 10px; font-size: 1.05rem; }
.sums b { font-size: 1.5rem; font-variant-numeric: tabular-nums; margin-right: 2px; }
.shares { display: block; width: 100%; height: 10px; border-radius: 5px; background: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 12px 0 0; color: var(--faint); font-size: .9rem; }
.legend li { display: flex; align-items: center; gap: 7px; }
.problems { margin: 14px 0 0; padding: 9px 14px; border-radius: 8px; background: var(--problem-paper); color: var(--problem); font-size: .92rem; overflow-wrap: anywhere; }
.table { margin-top: 28px; } .table summary { cursor: pointer; color: var(--accent); width: fit-content; } .scrolls { overflow-x: auto; margin-top: 10px; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); font-weight: 400; } thead th { color: var(--faint); }
footer { margin-top: 32px; color: var(--faint); font-size: .85rem; }
.journeys { display: flex; gap: 8px; overflow-x: auto; padding-bottom: 14px; margin-bottom: 18px; border-bottom: 1px solid var(--line); }
.journeys a { flex: none; max-width: 230px; padding: 7px 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--card); color: inherit; text-decoration: none; }
.journeys a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.journeys b, .journeys small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .journeys small { color: var(--faint); }
.empty { padding: 8vh 0; max-width: 46em; } .empty pre { padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; margin: 14px 0; }
`;

const panel = `
#details { position: fixed; z-index: 9; right: 0; top: 0; bottom: 0; width: 400px; overflow-y: auto; background: var(--card); border-left: 1px solid var(--line); padding: 18px 22px 40px; box-shadow: -8px 0 24px #0001; }
#details[hidden] { display: none; }
#details .close { position: absolute; right: 14px; top: 12px; width: 32px; height: 32px; text-align: center; font-size: 1.3rem; color: var(--faint); } #details .close:hover { background: var(--hover); }
#details h2 { font-size: 1.25rem; overflow-wrap: anywhere; margin-right: 28px; }
.kind { color: var(--faint); font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; }
dl { display: grid; grid-template-columns: minmax(84px, max-content) 1fr; gap: 4px 14px; margin: 10px 0 0; font-size: .9rem; } dt { color: var(--faint); max-width: 150px; overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.why { display: block; color: var(--faint); font-size: .88rem; } #details p:not(.kind) { margin-top: 10px; font-size: .9rem; }
.goto { color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
.queries li { display: grid; grid-template-columns: 58px 1fr auto; gap: 8px; align-items: center; padding: 4px 0; font-size: .88rem; }
.queries code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 3px 7px; background: var(--hover); border-radius: 5px; }
.queries button { padding: 2px 10px; border: 1px solid var(--line); border-radius: 6px; } .queries button:hover { background: var(--hover); }
@media (min-width: 1180px) { body.has-details { padding-right: 428px; } }
@media (max-width: 720px) {
  body { padding: 16px 14px 40px; } h1 { font-size: 1.4rem; } .sums { gap: 2px 22px; margin-top: 12px; } .sums b { font-size: 1.2rem; }
  #details { left: 0; top: auto; width: auto; max-height: 62vh; border-left: 0; border-top: 1px solid var(--line); border-radius: 14px 14px 0 0; box-shadow: 0 -8px 24px #0003; }
}
`;

/** How a page looks, in light and in dark. */
export const pageStyle: string = colours + text + chartStyle + panel;
