import type { TokenInput } from './token-row.ts';

/**
 * The inputs of `token rotate` that say where the token is kept. A part of the table in
 * token-inputs.ts.
 */
export const storeInputs = [
  {
    name: 'store',
    kind: 'choice',
    choices: ['github', 'gitlab'],
    description:
      'Where the token is kept: GitHub Actions secrets or GitLab CI/CD variables. Without it: those of the system that runs this.',
    verbs: ['rotate'],
  },
  {
    name: 'store-token',
    kind: 'secret',
    description:
      "A credential that may write the secret there, from a secret of its own (the job's own token may not): see docs/tokens.md for the least rights. Leave this out where the variable OUTPOST_STORE_TOKEN is set in `env`.",
    hosts: ['github'],
    verbs: ['rotate'],
  },
  {
    name: 'secret-name',
    kind: 'variable',
    default: 'OUTPOST_TOKEN',
    description:
      'The name of the secret or variable that holds the token. It must be there already.',
    verbs: ['rotate'],
  },
  {
    name: 'repository',
    kind: 'repository',
    description: 'GitHub: whose secret it is. Without it: the repository that runs this.',
    verbs: ['rotate'],
  },
  {
    name: 'environment',
    kind: 'text',
    description: 'GitHub: the environment whose secret it is.',
    verbs: ['rotate'],
  },
  {
    name: 'organization',
    kind: 'text',
    description: 'GitHub: the organization whose secret it is, in place of a repository.',
    verbs: ['rotate'],
  },
  {
    name: 'project',
    kind: 'text',
    description:
      'GitLab: the project whose variable it is, by path or number. Without it: the project that runs this.',
    verbs: ['rotate'],
  },
  {
    name: 'group',
    kind: 'text',
    description: 'GitLab: the group whose variable it is, in place of a project.',
    verbs: ['rotate'],
  },
  {
    name: 'environment-scope',
    kind: 'text',
    default: '*',
    description: 'GitLab: the environment scope of the variable, exactly as it is set there.',
    verbs: ['rotate'],
  },
  {
    name: 'api-url',
    kind: 'api',
    description:
      "The address of the store's API. Without it: GITHUB_API_URL or CI_API_V4_URL, else that of github.com or gitlab.com.",
    verbs: ['rotate'],
  },
] as const satisfies readonly TokenInput[];
