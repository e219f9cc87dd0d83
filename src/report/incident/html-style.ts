/** How a report looks: one column, calm, light or dark as the reader has it, and A4 on paper. No font and no picture is fetched. */
import { Html } from './html-template.js';

export const REPORT_STYLE = Html.trusted(`
:root { color-scheme: light dark;
  --paper: #ffffff; --ground: #f4f5f7; --ink: #1c2330; --quiet: #5a6474; --line: #dfe3e8; --soft: #f4f6f8;
  --attack: #c2362b; --attack-soft: #fbeae8; --good: #1f7a4d; --good-soft: #e6f4ec; --warning: #8a5a00; --warning-soft: #fcf1dc; --all: #9db8d6; --fill: #d4574b; --plain-soft: #eaeef3; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #161b24; --ground: #0f131a; --ink: #e4e8ee; --quiet: #98a3b3; --line: #2b3340; --soft: #1c222d;
  --attack: #ef7b70; --attack-soft: #3a1f1f; --good: #63c893; --good-soft: #17301f; --warning: #e0b25a; --warning-soft: #33290f; --all: #4d6f98; --fill: #c95a50; --plain-soft: #262e3a; } }
* { box-sizing: border-box; }
html { background: var(--ground); }
body { margin: 0 auto; padding: 40px 16px; max-width: 880px; color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 40px 48px 32px; }
header { border-bottom: 1px solid var(--line); padding-bottom: 18px; }
h1 { font-size: 25px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 34px 0 10px; }
h3 { font-size: 13px; font-weight: 600; color: var(--quiet); margin: 20px 0 6px; overflow-wrap: anywhere; }
p { margin: 0 0 10px; max-width: 70ch; text-wrap: pretty; }
p, li, td, th, dd, dt, code, h1, h3 { unicode-bidi: isolate; overflow-wrap: anywhere; }
.tags { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; padding: 0; list-style: none; }
.tags li { font-size: 12.5px; line-height: 1; padding: 6px 10px; border-radius: 999px; background: var(--plain-soft); color: var(--ink); }
.tags .attack { background: var(--attack-soft); color: var(--attack); }
.tags .good { background: var(--good-soft); color: var(--good); }
.tags .warning { background: var(--warning-soft); color: var(--warning); }
#summary p { font-size: 16.5px; line-height: 1.6; }
ul { margin: 8px 0 12px; padding-left: 20px; }
li { margin: 4px 0; }
dl { display: grid; grid-template-columns: minmax(110px, max-content) 1fr; gap: 4px 22px; margin: 8px 0 14px; }
dt { color: var(--quiet); max-width: 190px; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
dl + dl { border-top: 1px solid var(--line); padding-top: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; line-height: 1.45; margin: 6px 0; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: 12.5px; border-bottom: 1px solid var(--line); padding: 5px 14px 5px 0; vertical-align: bottom; overflow-wrap: normal; }
td { border-bottom: 1px solid var(--line); padding: 6px 14px 6px 0; vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.right { text-align: right; }
td.right, td.short { white-space: nowrap; }
td.wide { min-width: 110px; }
.bar { display: block; height: 4px; margin: 4px 0 0 auto; border-radius: 2px; background: var(--plain-soft); min-width: 64px; max-width: 130px; }
.bar i { display: block; height: 4px; border-radius: 2px; background: var(--all); }
.note { font-size: 13px; color: var(--quiet); }
pre { margin: 4px 0 12px; padding: 11px 14px; border-radius: 6px; background: var(--soft); border: 1px solid var(--line);
  font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
#look { display: grid; grid-template-columns: 1fr 1fr; gap: 0 40px; }
#look h2 { grid-column: 1 / -1; margin-bottom: 0; }
figure { margin: 14px 0 22px; }
.chart { display: block; width: 100%; height: auto; }
.chart text { font-size: 11px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--quiet); stroke-width: 1; }
.chart .all { fill: var(--all); }
.chart .attack { fill: var(--fill); }
.chart .hatch { fill: var(--line); }
.chart .mark { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; }
.chart circle.letter { fill: var(--ink); }
.chart text.letter { fill: var(--paper); font-size: 10px; font-weight: 600; }
.legend { font-size: 12.5px; color: var(--quiet); margin: 2px 0 0; max-width: none; }
.legend span { margin-right: 14px; white-space: nowrap; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.key.attack { background: var(--fill); }
.key.all { background: var(--all); }
.key.gap { background: repeating-linear-gradient(45deg, var(--line) 0 2px, transparent 2px 4px); border: 1px solid var(--line); }
footer { margin-top: 34px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 12.5px; color: var(--quiet); }
@media (max-width: 640px) { main { padding: 22px 18px; } #look { display: block; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } .scroll { overflow-x: auto; } }
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ground: #ffffff; --ink: #1c2330; --quiet: #5a6474; --line: #d4d9df; --soft: #f4f6f8;
    --attack: #c2362b; --attack-soft: #fbeae8; --good: #1f7a4d; --good-soft: #e6f4ec; --warning: #8a5a00; --warning-soft: #fcf1dc; --all: #9db8d6; --fill: #d4574b; --plain-soft: #eaeef3; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  main { border: 0; padding: 0; border-radius: 0; }
  table { font-size: 9pt; }
  pre { font-size: 8.5pt; }
  h2, h3 { break-after: avoid; }
  figure, tr, li, dl, #look .table { break-inside: avoid; }
  thead { display: table-header-group; }
  p { orphans: 3; widows: 3; }
}
`);
