/** The facts of a run that have placeholders. */
export interface RunFacts {
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  /** The CI system's own number for the run. */
  readonly runId: string | undefined;
}

/** Anything else in braces is text. */
const PLACEHOLDER = /\{([a-z][a-z-]*)(?::(\d+))?\}/g;

/** A shorter prefix could match other commits. */
const SHORTEST_COMMIT = 7;

/**
 * Fills `{commit}`, `{commit:7}`, `{branch}`, `{branch-slug}`, `{tag}` and `{run}`, so that an
 * input can identify the run on hosts whose inputs take no variables. An unknown placeholder, or
 * one without a value, is a problem: otherwise an incomplete text would be used.
 *
 * @param problems receives a sentence for each.
 */
export function fillPlaceholders(text: string, facts: RunFacts, problems: string[]): string {
  const values: Readonly<Record<string, string | undefined>> = {
    commit: facts.commit,
    branch: facts.branch,
    'branch-slug': facts.branch === undefined ? undefined : slugOf(facts.branch),
    tag: facts.tag,
    run: facts.runId,
  };
  return text.replace(PLACEHOLDER, (written, name: string, digits: string | undefined) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const problem = problemOf(written, name, digits, value, Object.keys(values));
    if (problem !== undefined) problems.push(problem);
    return (value ?? '').slice(0, digits === undefined ? undefined : Number(digits));
  });
}

function problemOf(
  written: string,
  name: string,
  digits: string | undefined,
  value: string | undefined,
  names: readonly string[],
): string | undefined {
  if (!names.includes(name))
    return `\`${written}\` is not a placeholder: use one of ${names.map((one) => `\`{${one}}\``).join(', ')}`;
  if (digits !== undefined && name !== 'commit')
    return `\`${written}\`: only {commit} can be shortened`;
  if (Number(digits) < SHORTEST_COMMIT)
    return `\`${written}\` is too short to tell commits apart: write \`{commit:${SHORTEST_COMMIT}}\``;
  return value === undefined || value === ''
    ? `\`${written}\` has no value here: this run has no ${name === 'run' ? 'number' : name.replace('-slug', '')}`
    : undefined;
}

/**
 * The same in the list of services, where untrusted text could add other services: names can
 * contain only `{branch-slug}`, and the part after `@` also `{branch}`.
 */
export function fillServices(text: string, facts: RunFacts, problems: string[]): string {
  for (const [entry] of text.matchAll(/[^\s,]+/g)) {
    const [name = '', ...branch] = entry.split('@');
    for (const [part, allowed] of [
      [name, ['branch-slug']],
      [branch.join('@'), ['branch', 'branch-slug']],
    ] as const)
      for (const [written, placeholder = ''] of part.matchAll(PLACEHOLDER))
        if (!allowed.some((one) => one === placeholder))
          problems.push(
            `\`${written}\` is not allowed there: names can contain {branch-slug}, and the part after \`@\` can also contain {branch}`,
          );
  }
  // The text is split after it is filled, and git allows commas in the name of a branch.
  if (text.includes('{branch}') && /[\s,]/.test(facts.branch ?? ''))
    problems.push(
      `\`{branch}\` cannot stand there: the branch \`${facts.branch}\` would begin another entry; rename it, or write {branch-slug}`,
    );
  return problems.length === 0 ? fillPlaceholders(text, facts, problems) : text;
}

/** As GitLab's CI_COMMIT_REF_SLUG: lower case, 63 characters, letters, digits and hyphens. */
function slugOf(branch: string): string {
  return branch
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
