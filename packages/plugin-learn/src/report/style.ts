/** The page's only style: its hash is in the page's policy. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f7f6f2, #121417);
  --surface: light-dark(#fffefb, #1a1d21);
  --sunken: light-dark(#ebe9e2, #24282e);
  --ink: light-dark(#1a1c20, #eeece6);
  --quiet: light-dark(#5c6067, #a2a6ad);
  --hair: light-dark(#dedbd1, #2e333a);
  --positive: light-dark(#c9500a, #ff9447);
  --negative: light-dark(#20757a, #56bfc0);
  --accent: light-dark(#2f67ad, #7fb3ee);
  --wrong: light-dark(#b3261e, #ff8f85);
}
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 28px clamp(14px, 4vw, 44px) 80px; max-width: 1240px; color: var(--ink);
  font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, figure, dl, dd, ul { margin: 0; padding: 0; }
h1 { font-size: clamp(24px, 4vw, 34px); line-height: 1.15; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 44px 0 4px; padding-top: 14px; border-top: 1px solid var(--hair); }
h3 { font-size: 15px; margin-bottom: 2px; }
.lead { font-size: 17px; max-width: 62em; margin-top: 10px; }
.note, figcaption, .of { color: var(--quiet); font-size: 13px; }
.note { max-width: 70em; margin-bottom: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(148px, 1fr)); gap: 10px; margin-top: 20px; }
.tile, figure, .card, .box { background: var(--surface); border: 1px solid var(--hair); border-radius: 10px; }
.tile { padding: 10px 14px 12px; }
.tile b { display: block; font-size: 26px; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; }
.caveats { list-style: none; margin-top: 18px; display: grid; gap: 8px; }
.caveats li { padding: 9px 14px; background: var(--sunken); border-left: 4px solid var(--positive); border-radius: 6px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(330px, 100%), 1fr)); gap: 14px; margin-top: 12px; }
.wide { grid-column: 1 / -1; }
.wide svg.plot { max-width: 900px; }
h3.apart { margin-top: 26px; }
figure { padding: 12px 14px; min-width: 0; }
svg.plot { display: block; width: 100%; height: auto; max-width: 460px; margin: 6px auto 4px; overflow: visible; font-family: inherit; }
.scroll { overflow-x: auto; margin-top: 12px; }
.box { padding: 12px 14px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: 12.5px; vertical-align: bottom; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--hair); }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.name { min-width: 9em; max-width: 26em; overflow-wrap: anywhere; }
tr.chosen td { font-weight: 650; }
.bar { width: 90px; height: 8px; display: inline-block; vertical-align: middle; margin-right: 8px; border-radius: 4px; }
.bar .track { fill: var(--sunken); }
.bar .line { fill: var(--accent); }
.bar .wrong { fill: var(--wrong); }
.confusion { width: auto; }
.confusion td { text-align: center; min-width: 92px; padding: 10px; font-size: 20px; border: 1px solid var(--hair); }
.confusion td small { display: block; font-size: 12px; color: var(--quiet); }
.confusion .right { background: color-mix(in srgb, var(--negative) 14%, transparent); }
.confusion .off { background: color-mix(in srgb, var(--wrong) 13%, transparent); }
.confusion th { padding: 6px 10px; }
.key::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin: 0 5px 0 10px; background: var(--colour); }
.key.positive { --colour: var(--positive); }
.key.negative { --colour: var(--negative); }
.key.quiet { --colour: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 14px; margin-top: 12px; }
.card { overflow: hidden; display: flex; flex-direction: column; }
.card img, .card .none { width: 100%; aspect-ratio: 3 / 2; object-fit: contain; background: var(--sunken); display: block; }
.card .none { display: grid; place-items: center; padding: 12px; color: var(--quiet); font-size: 12.5px; text-align: center; overflow-wrap: anywhere; }
.card .text { padding: 9px 12px 11px; font-size: 13.5px; }
.card .said { font-weight: 650; }
.card .id { color: var(--quiet); font-size: 12px; overflow-wrap: anywhere; unicode-bidi: isolate; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin-top: 10px; font-size: 14px; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { overflow-wrap: anywhere; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 48px; color: var(--quiet); font-size: 12.5px; }
@media (max-width: 520px) { dl.facts { grid-template-columns: 1fr; } dl.facts dd { margin-bottom: 6px; } }
@media print { body { max-width: none; padding: 0; } figure, .card, .tile { break-inside: avoid; } }
`;
