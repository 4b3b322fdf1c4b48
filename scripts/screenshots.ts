import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeploymentReport, FailureReport, Report } from '../src/report/report.ts';
import { renderSummary } from '../src/report/summary.ts';

/**
 * `node scripts/screenshots.ts --modules DIR`: draws the summary of the main cases as a page shows
 * them, into docs/screenshots.
 *
 * DIR is a folder with `npm install marked mermaid` in it: they draw Markdown and Mermaid here and
 * nowhere else, so they are no dependencies. Needs Chromium.
 */
const modules = resolve(process.argv[process.argv.indexOf('--modules') + 1] ?? '.');
const out = fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const { marked } = createRequire(join(modules, 'x.js'))('marked') as {
  marked: { parse(markdown: string): string };
};
const mermaid = readFileSync(join(modules, 'node_modules/mermaid/dist/mermaid.min.js'), 'utf8');

const START_MS = Date.parse('2026-11-24T10:00:00Z');
const at = (seconds: number): string => new Date(START_MS + seconds * 1000).toISOString();

function deployment(fields: Partial<DeploymentReport> = {}): DeploymentReport {
  const service = fields.service ?? 'web';
  return {
    namespace: 'acme',
    service,
    branch: 'main',
    stage: 1,
    commit: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
    commit_source: undefined,
    previous_commit: undefined,
    reason: undefined,
    status: 'deployed',
    endpoint: `https://${service}.acme.outpost.run`,
    started_at: at(1),
    finished_at: at(48),
    duration_seconds: 47,
    request_id: 'req_0abd53af5fdd',
    failure: undefined,
    log_tail: [],
    ...fields,
  };
}

function report(fields: Partial<Report>): Report {
  return {
    version: '1.0.0',
    status: 'deployed',
    exit_status: 0,
    headline: 'acme/web is deployed and running.',
    origin: 'https://outpost.run',
    commit: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
    commit_url: 'https://github.com/acme/shop/commit/5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
    started_at: at(0),
    finished_at: at(60),
    pre_deploy_job: undefined,
    token: {
      name: 'GitHub Actions',
      needed: ['service'],
      held: ['service'],
      missing: [],
      excess: [],
      expires_at: at(61 * 86_400),
      days_left: 61,
      last_used_at: at(-3_600),
    },
    deployments: [deployment()],
    phases: [],
    failure: undefined,
    ...fields,
  };
}

const failure: FailureReport = {
  code: 'rollout-failed',
  attempted: 'Rolling out acme/web',
  happened: 'Outpost reports that the rollout failed',
  hint: "Check the service's last log lines, fix the cause, and deploy again.",
  phase: 'rollout',
  request_id: 'req_0abd53af5fdd',
};
const phase = (
  name: Report['phases'][number]['phase'],
  service: string | undefined,
  from: number,
  to: number,
) => ({
  phase: name,
  service,
  started_at: at(from),
  finished_at: at(to),
});
const logTail = [
  'Starting 2 replicas in us-east-1',
  "Error: Cannot find module './config/production.json'",
  'replica-0 exited with code 1 (restart 3 of 3)',
  'Rollout failed: 0 of 2 replicas became ready',
];
const backAgain = {
  ...failure,
  happened: `${failure.happened}; what ran before (branch main at 1c9e0d2) is live again`,
};
const token = report({}).token;

const cases: Readonly<Record<string, Report>> = {
  'three-services': report({
    headline: '3 services are deployed and running.',
    deployments: ['web', 'api', 'worker'].map((service, index) =>
      deployment({ service, duration_seconds: 24 + index * 9 }),
    ),
    phases: [
      phase('check', undefined, 0, 1),
      ...['web', 'api', 'worker'].flatMap((name, index) => [
        phase('deploy', `acme/${name}`, 1, 2),
        phase('rollout', `acme/${name}`, 2, 26 + index * 9),
      ]),
    ],
  }),
  'failed-rollout': report({
    status: 'failed',
    exit_status: 5,
    headline: 'Rolling out acme/web: Outpost reports that the rollout failed.',
    deployments: [deployment({ status: 'failed', failure, log_tail: logTail })],
    phases: [
      phase('check', undefined, 0, 1),
      phase('deploy', 'acme/web', 1, 2),
      phase('rollout', 'acme/web', 2, 48),
    ],
    failure,
  }),
  'token-expiring': report({
    phases: [
      phase('check', undefined, 0, 1),
      phase('deploy', 'acme/web', 1, 2),
      phase('rollout', 'acme/web', 2, 48),
    ],
    token:
      token === undefined
        ? undefined
        : {
            ...token,
            held: ['service', 'admin:org'],
            excess: ['admin:org'],
            expires_at: at(3 * 86_400),
            days_left: 3,
          },
  }),
  'rolled-back': report({
    status: 'rolled-back',
    exit_status: 5,
    headline: `${backAgain.attempted}: ${backAgain.happened}.`,
    deployments: [deployment({ status: 'rolled-back', failure: backAgain, log_tail: logTail })],
    phases: [
      phase('check', undefined, 0, 1),
      phase('push', undefined, 1, 4),
      phase('deploy', 'acme/web', 4, 5),
      phase('rollout', 'acme/web', 5, 48),
      phase('rollback', 'acme/web', 48, 83),
    ],
    failure: backAgain,
  }),
};

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
