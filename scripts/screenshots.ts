import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderSummary } from '../src/report/summary.ts';
import { cases, inputOf } from './screenshots/cases.ts';

/**
 * `node scripts/screenshots.ts --modules DIR`: draws the summary of the main cases into
 * docs/screenshots, with a hash of what each was drawn from (inputs.json).
 *
 * DIR is a folder with `npm install marked mermaid` in it: they're only used here, so they aren't
 * dependencies. Needs Chromium.
 */
const modules = resolve(process.argv[process.argv.indexOf('--modules') + 1] ?? '.');
const out = fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const { marked } = createRequire(join(modules, 'x.js'))('marked') as {
  marked: { parse(markdown: string): string };
};
const mermaid = readFileSync(join(modules, 'node_modules/mermaid/dist/mermaid.min.js'), 'utf8');

function page(markdown: string): string {
  const html = marked
    .parse(markdown)
    .replace(
      /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
      '<pre class="mermaid">$1</pre>',
    );
  return `<!doctype html><meta charset="utf-8"><style>
    body { font: 15px/1.5 system-ui, sans-serif; width: 980px; margin: 20px; color: #1f2328; }
    table { border-collapse: collapse; margin: 12px 0; } td, th { border: 1px solid #d1d9e0; padding: 6px 12px; text-align: left; }
    code { background: #eff1f3; border-radius: 5px; padding: 2px 5px; font-size: 85%; } pre { background: #f6f8fa; padding: 12px; border-radius: 6px; }
    pre code { background: none; padding: 0; } h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; } pre.mermaid { background: none; }
  </style>${html}<script>${mermaid}</script><script>mermaid.initialize({ startOnLoad: true, gantt: { useWidth: 940 } });</script>`;
}

mkdirSync(out, { recursive: true });
for (const [name, one] of Object.entries(cases)) {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-screenshot-'));
  writeFileSync(join(folder, 'page.html'), page(renderSummary(one)));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
  ];
  const size = [
    '--window-size=1020,1120',
    '--virtual-time-budget=5000',
    `--user-data-dir=${join(folder, 'profile')}`,
  ];
  execFileSync(
    'chromium',
    [
      ...flags,
      ...size,
      `--screenshot=${join(out, `${name}.png`)}`,
      `file://${join(folder, 'page.html')}`,
    ],
    {
      stdio: 'ignore',
    },
  );
  rmSync(folder, { recursive: true });
  process.stdout.write(`docs/screenshots/${name}.png\n`);
}
const inputs = Object.fromEntries(
  Object.entries(cases).map(([name, one]) => [`${name}.png`, inputOf(one)]),
);
writeFileSync(join(out, 'inputs.json'), `${JSON.stringify(inputs, null, 2)}\n`);
