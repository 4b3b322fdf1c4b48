import { TOKEN } from '../support/build.ts';

const SECRET = '<not shown: it may be a secret>';

/** What somebody may type by mistake, with the full error message. */
export const wrong: readonly (readonly [line: readonly string[], answer: string])[] = [
  [[], missing()],
  [['dploy'], 'Unknown command `dploy`. Did you mean `deploy`?'],
  [['stats'], 'Unknown command `stats`. Did you mean `status`?'],
  [['live'], 'Unknown command `live`. Run `outpost-deploy help` for a list.'],
  [['toekn', 'list'], 'Unknown command `toekn`. Did you mean `token`?'],
  [['help', 'chekc'], 'Unknown command `chekc`. Did you mean `check`?'],
  [['xyz', '--help'], 'Unknown command `xyz`. Run `outpost-deploy help` for a list.'],
  [['--service', 'acme/web'], missing()],
  [['acme/web'], 'Unknown command `acme/web`. Run `outpost-deploy help` for a list.'],
  [['deploy', '--servce', 'acme/web'], 'Unknown flag `--servce`. Did you mean `--service`?'],
  [
    ['deploy', '--servce', 'acme/web', '--logs=loud', '--wait', '--wait', '--timeout'],
    'Unknown flag `--servce`. Did you mean `--service`?\n`--logs` must be stream, on-failure or off, not `loud`.\n`--wait` is set twice. Set it only once.\n`--timeout` needs a value: `--timeout VALUE`.',
  ],
  [['deploy', '--dryrun'], 'Unknown flag `--dryrun`. Did you mean `--dry-run`?'],
  [['check', '--jsn'], 'Unknown flag `--jsn`. Did you mean `--json`?'],
  [
    ['deploy', '--kubernetes-cluster'],
    'Unknown flag `--kubernetes-cluster`. Run `outpost-deploy help deploy` for a list.',
  ],
  [['deploy', '-f'], 'Unknown flag `-f`. Run `outpost-deploy help deploy` for a list.'],
  [
    ['deploy', '--constructor', 'x'],
    'Unknown flag `--constructor`. Run `outpost-deploy help deploy` for a list.',
  ],
  [['deploy', '--no-service'], 'Unknown flag `--no-service`. Did you mean `--service`?'],
  [['deploy', '--no-wait=true'], 'Unknown flag `--no-wait`. Did you mean `--wait`?'],
  [['deploy', '--service'], '`--service` needs a value: `--service namespace/name`.'],
  [['deploy', '--timeout'], '`--timeout` needs a value: `--timeout VALUE`.'],
  [
    ['deploy', '--service', 'acme/web', '--token-name', '--dry-run'],
    '`--token-name` needs a value before the next flag. If the value starts with a dash, write `--token-name=VALUE`.',
  ],
  [
    ['deploy', '--service=a/b', '--service=a/c'],
    '`--service` is set twice. Use one flag and separate services by commas.',
  ],
  [['deploy', '--wait', '--no-wait'], '`--wait` is set twice. Set it only once.'],
  [
    ['deploy', '--wait', 'false'],
    'Unexpected argument `false`. To pass a value, write `--wait=false`.',
  ],
  [['deploy', '--wait=flase'], '`--wait` can only be `true` or `false`.'],
  [['deploy', '--token-stdin=yes'], '`--token-stdin` can only be `true` or `false`.'],
  [
    ['deploy', 'acme/web'],
    'Unexpected argument `acme/web`. A value needs its flag, as in `outpost-deploy deploy --service acme/web --token-name laptop`.',
  ],
  [
    ['deploy', '--logs', 'strem'],
    '`--logs` must be stream, on-failure or off, not `strem`. Did you mean `stream`?',
  ],
  [['deploy', '--proof=guess'], '`--proof` must be rollout, updated-at or commit, not `guess`.'],
  [['deploy', '--host', 'jenkins'], '`--host` must be gitlab or shell, not `jenkins`.'],
  [
    ['deploy', '--host=gitlba'],
    '`--host` must be gitlab or shell, not `gitlba`. Did you mean `gitlab`?',
  ],
  [['deploy', '--token', TOKEN], refusal()],
  [['deploy', `--token=${TOKEN}`], refusal()],
  [[TOKEN], `Unknown command ${SECRET}. Run \`outpost-deploy help\` for a list.`],
  [
    ['deploy', TOKEN],
    `Unexpected argument ${SECRET}. A value needs its flag, as in \`outpost-deploy deploy --service acme/web --token-name laptop\`.`,
  ],
  [
    ['deploy', `--${TOKEN}`],
    `Unknown flag ${SECRET}. Run \`outpost-deploy help deploy\` for a list.`,
  ],
  [['deploy', `--logs=${TOKEN}`], `\`--logs\` must be stream, on-failure or off, not ${SECRET}.`],
];

function missing(): string {
  return 'No command. For example: `outpost-deploy deploy --service acme/web --token-name laptop`. Run `outpost-deploy help` for a list.';
}

function refusal(): string {
  return "A token can't be an argument: every process on this machine could read it, and your shell would keep it in its history. Set the variable OUTPOST_TOKEN, or use `--token-stdin`.";
}
