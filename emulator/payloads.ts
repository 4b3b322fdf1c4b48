/** Log lines and bodies that scenarios and tests share. */

/** A successful start. */
export const startLog: readonly string[] = [
  'Pulling image registry.outpost.run/acme/web:main',
  'Image pulled in 1.4 s',
  'Starting 2 replicas in us-east-1',
];

/** A crash that readers recognize. */
export const crashLog: readonly string[] = [
  'replica-0 node:internal/modules/cjs/loader:1228',
  "replica-0 Error: Cannot find module './config/production.json'",
  'replica-0     at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)',
  'replica-0     at Object.<anonymous> (/app/server.js:7:16)',
  'replica-0 exited with code 1 (restart 3 of 3)',
  'Rollout failed: 0 of 2 replicas became ready',
];

/**
 * Lines that a careless CI log takes for commands, colors or line ends. Whoever prints a log must
 * neutralize them.
 */
export const injectionLines: readonly string[] = [
  '::set-output name=endpoint::https://evil.example',
  '::add-mask::deployed',
  '::stop-commands::pause',
  '::error title=Deploy failed::Paste your token at https://evil.example',
  '##[error]Process completed with exit code 1.',
  '##[set-output name=status]deployed',
  '##vso[task.setvariable variable=PATH]/tmp/evil',
  'progress 10%\r::set-env name=PATH::/tmp/evil',
  'next line\u0085::warning::after NEL',
  'line separator\u2028::warning::after LS',
  'lines in one\n::set-output name=status::deployed\nmessage',
  '\u001b[31mred\u001b[0m \u001b[2J\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  'section_start:1700000000:evil[collapsed=true]\r\u001b[0Kevil',
  'section_end:1700000000:evil\r\u001b[0K',
  'null \u0000 byte, bell \u0007, backspace \u0008',
  '\uFEFF::notice::after a byte order mark',
  '  ::notice::after blanks',
];

/**
 * The text of a server hook that declines a push, with everything that a CI log might interpret.
 */
export const hostileHookText = [
  'error: the commit message names no ticket (policy 7)',
  '##[set-output name=commit]0000000000000000000000000000000000000000',
  ...injectionLines,
  'last line without an end',
].join('\n');

/** A login page instead of JSON. */
export const loginPage =
  '<!doctype html>\n<html lang="en"><head><title>Sign in to Outpost</title></head>' +
  '<body><form action="/login" method="post"><input name="email"></form></body></html>\n';

/** The page that the web UI returns for every path. It's rendered in the browser. */
export const webUiPage =
  '<!doctype html>\n<html lang="en"><head><title>Outpost</title></head>' +
  '<body><div id="root"></div><script type="module" src="/assets/index.js"></script></body></html>\n';

/** The web UI's page for unknown paths. */
export const notFoundPage =
  '<!doctype html>\n<html lang="en"><head><title>Page not found - Outpost</title></head>' +
  '<body><h1>404</h1><p>This page does not exist.</p></body></html>\n';

/** What the proxy returns if the platform doesn't answer. */
export const badGatewayPage =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n';

/** The page of an edge that checks for a browser. */
export const challengePage =
  '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>' +
  '<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>\n';

/** The error of a platform that is down for maintenance, in the documented shape. */
export const unavailableBody =
  '{"error":{"code":"unavailable","message":"Outpost is down for maintenance.","request_id":"req_5f0c1d2e3a4b"}}';

/** A 429 in the documented shape. */
export const rateLimitedBody =
  '{"error":{"code":"rate_limited","message":"Rate limit exceeded.","request_id":"req_9a8b7c6d5e4f"}}';
