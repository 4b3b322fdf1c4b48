import { readBranch } from './branch.ts';
import type { Reader } from './reader.ts';

const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';
const TARGET = new RegExp(`^(?:(${NAME})/)?(${NAME})(?:@(.+))?$`);
/** Between two entries: what follows waits for what comes before. */
const NEXT_STAGE = 'then';
const FORM = 'write `acme/api acme/web`, or one service per line';

/** A target as it was written: the branch may be missing. */
export interface WrittenTarget {
  /** Missing if only a name was written: then it is that of the token's owner. */
  readonly namespace: string | undefined;
  readonly service: string;
  readonly branch: string | undefined;
  /** The stage it is in; 1 is the first. */
  readonly stage: number;
}

/**
 * `namespace/name[@branch]`, separated by line breaks, blanks or commas, so that one text means the
 * same on hosts that fold lines and on those that do not. `then` begins the next stage.
 */
export const readTargets: Reader<readonly WrittenTarget[]> = (text) => {
  const shape = foreignShape(text);
  if (shape !== undefined) return { problem: shape };
  // The dash of a YAML list.
  const words = text.split(/[\s,]/).filter((word) => word !== '' && word !== '-');
  let stage: string[] = [];
  const stages = [stage];
  for (const word of words)
    if (word === NEXT_STAGE) {
      stage = [];
      stages.push(stage);
    } else stage.push(word);
  if (words.length === 0) return { problem: 'contains no service: write `namespace/name`' };
  if (stages.some((entries) => entries.length === 0))
    return { problem: `\`${NEXT_STAGE}\` goes between services: \`acme/api then acme/web\`` };
  const read = stages.flatMap((entries, index) =>
    entries.map((entry) => readTarget(entry, index + 1)),
  );
  const targets = read.flatMap((one) => ('value' in one ? [one.value] : []));
  const names = targets.map(({ namespace, service }) =>
    [namespace, service].filter(Boolean).join('/'),
  );
  const problems = [
    ...read.flatMap((one) => ('problem' in one ? [one.problem] : [])),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `\`${name}\` is listed twice`),
  ];
  return problems.length === 0 ? { value: targets } : { problem: problems.join('; ') };
};

/** Detects other list formats that people may try. */
function foreignShape(text: string): string | undefined {
  if (/^(?:\[|\{\s*")/.test(text.trim())) return `must be plain text, not JSON: ${FORM}`;
  if (/(?:^|[\s,])#/.test(text)) return `cannot contain \`#\` comments: ${FORM}`;
  return undefined;
}

function readTarget(entry: string, stage: number): ReturnType<Reader<WrittenTarget>> {
  // Stryker disable next-line StringLiteral: the groups of a pattern that matched are there
  const [whole, namespace, service = '', written] = TARGET.exec(entry) ?? [];
  if (whole === undefined)
    return {
      problem: `\`${entry}\` is not in the form \`namespace/name\` or \`namespace/name@branch\``,
    };
  if (written === undefined) return { value: { namespace, service, branch: undefined, stage } };
  const branch = readBranch(written);
  return 'value' in branch
    ? { value: { namespace, service, branch: branch.value, stage } }
    : { problem: `\`${entry}\`: the branch ${branch.problem}` };
}
