/**
 * Parts of documents and examples that contain a version and a checksum. The first three show the
 * ways to include a template, for gitlab/README.md.
 */

const BUILD = ['build:', '  stage: build', '  script: make'];
const INPUTS = ['    inputs:', '      service: acme/web', '      token-name: GitLab CI'];

export function remote(
  version: string,
  integrity: Readonly<Record<'deploy' | 'check', string>>,
): string[] {
  const at = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/gitlab/templates`;
  return pipeline(
    [`  - remote: ${at}/check.yml`, `    integrity: ${integrity.check}`],
    [`  - remote: ${at}/deploy.yml`, `    integrity: ${integrity.deploy}`],
  );
}

export function project(version: string): string[] {
  const from = ['  - project: outpost/deploy-action', `    ref: v${version}`];
  return pipeline(
    [...from, '    file: /gitlab/templates/check.yml'],
    [...from, '    file: /gitlab/templates/deploy.yml'],
  );
}

export function component(version: string): string[] {
  const at = '  - component: $CI_SERVER_FQDN/outpost/deploy';
  return pipeline([`${at}/check@${version}`], [`${at}/deploy@${version}`]);
}

/** One template in each form of an include, for docs/self-managed-gitlab.md. */
export function forms(
  version: string,
  integrities: Readonly<Record<'deploy' | 'check' | 'rotate', string>>,
): string[] {
  const at = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/gitlab/templates`;
  return [
    '```yaml',
    '# component',
    `- component: $CI_SERVER_FQDN/outpost/deploy/deploy@${version}`,
    '# project: a mirror on your instance',
    '- project: outpost/deploy-action',
    `  ref: v${version}`,
    '  file: /gitlab/templates/deploy.yml',
    '# remote: from GitHub',
    ...Object.entries(integrities).flatMap(([name, integrity]) => [
      `- remote: ${at}/${name}.yml`,
      `  integrity: ${integrity}`,
    ]),
    '```',
  ];
}

/** The two ways to include the template that rotates the token, side by side. */
export function rotation(version: string, integrityOfRotate: string): string[] {
  const inputs = [
    '    inputs:',
    '      environment: token-rotation',
    '      token-name: GitLab CI',
    '      environment-scope: production',
  ];
  const at = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/gitlab/templates/rotate.yml`;
  const ways = [
    [`  - remote: ${at}`, `    integrity: ${integrityOfRotate}`],
    [`  - component: $CI_SERVER_FQDN/outpost/deploy/rotate@${version}`],
  ];
  return ways.flatMap((lines, index) => [
    ...(index === 0 ? [] : ['', 'or', '']),
    ...['```yaml', '# .gitlab-ci.yml', 'include:', ...lines, ...inputs, '```'],
  ]);
}

/**
 * How a job gets exactly this version of the token program, with the tools on GitHub's machines and
 * in Alpine.
 */
export function fetchProgram(
  version: string,
  bundle: 'cli' | 'token',
  sum: string,
): { readonly onGithub: string[]; readonly onGitlab: string[] } {
  const address = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/${bundle}/index.js`;
  const file = bundle === 'cli' ? 'outpost-deploy.mjs' : 'outpost-token.mjs';
  return {
    onGithub: [
      `curl -fsSLo ${file} '${address}'`,
      `echo '${sum}  ${file}' | sha256sum --check --strict`,
    ],
    onGitlab: [`- wget -q -O ${file} '${address}'`, `- echo '${sum}  ${file}' | sha256sum -c -`],
  };
}

function pipeline(check: readonly string[], deploy: readonly string[]): string[] {
  return [
    '```yaml',
    '# .gitlab-ci.yml',
    'include:',
    ...check,
    ...INPUTS,
    ...deploy,
    ...INPUTS,
    '',
    ...BUILD,
    '```',
  ];
}
