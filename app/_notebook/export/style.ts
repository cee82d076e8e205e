/** The look of an exported notebook, whole in one file: paper and ink of the app, the reader's own fonts. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1f1c17;--quiet:#6a6355;--line:#d2cbbe;--paper:#f7f5f1;--card:#fff;--curve:#746c00;--token:#08757b33}
@media (prefers-color-scheme:dark){:root{--ink:#ece7dd;--quiet:#a79f90;--line:#3d382f;--paper:#191712;--card:#211e18;--curve:#c2b83a;--token:#3fb6bd44}}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.55 ui-sans-serif,system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:26px;letter-spacing:-.02em;margin:0}h2{margin:36px 0 8px;font-size:19px;border-bottom:1px solid var(--line)}
h3{margin:0;font-size:15px}h4{margin:12px 0 4px;font-size:12px;color:var(--quiet)}
article{margin:12px 0;padding:12px 16px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.quiet{margin:2px 0;color:var(--quiet);font-size:12px}.note{max-width:660px;font-size:15px}
table{width:100%;border-collapse:collapse;font-size:12.5px}th,td{padding:5px 8px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}
th{color:var(--quiet);font-weight:500}dl{display:flex;flex-wrap:wrap;gap:6px 22px;margin:8px 0}dt{color:var(--quiet);font-size:11.5px}dd{margin:0;font-weight:500;overflow-wrap:anywhere}
svg{width:100%;max-width:640px}svg .axis{fill:none;stroke:var(--line)}svg polyline{fill:none;stroke:var(--curve);stroke-width:1.75}svg text{fill:var(--quiet);font:10.5px system-ui}
.tokens span{white-space:pre-wrap;font:12px/1.9 ui-monospace,monospace;color:var(--quiet)}.tokens .trained{background:var(--token);color:var(--ink)}
@media print{article{break-inside:avoid}}
`;
