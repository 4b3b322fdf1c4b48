import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';

/** A step of a workflow's job. */
export interface Step {
  readonly name: string | undefined;
  /** The condition. */
  readonly if: string | undefined;
  readonly uses: string | undefined;
  readonly run: string | undefined;
  readonly with: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface Job {
  readonly name: string;
  readonly all: Mapping;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly text: string;
  readonly all: Mapping;
  readonly jobs: readonly Job[];
}

/** The example workflow with this name. */
export function workflow(name: string): Workflow {
  const text = readFileSync(join(ROOT, 'examples/github', name), 'utf8');
  const all = parseYaml(text);
  const jobs = Object.entries(asMapping(all['jobs'])).map(([job, value]) =>
    toJob(job, asMapping(value)),
  );
  return { text, all, jobs };
}

function toJob(name: string, all: Mapping): Job {
  const steps = Array.isArray(all['steps'])
    ? all['steps'].map((step) => toStep(asMapping(step)))
    : [];
  return { name, all, steps };
}

function toStep({ name, if: condition, uses, run, with: inputs, env }: Mapping): Step {
  return {
    name: textOf(name),
    if: textOf(condition),
    uses: textOf(uses),
    run: textOf(run),
    with: textsOf(inputs),
    env: textsOf(env),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The runner passes every value as text. */
function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value === undefined ? {} : asMapping(value)).map(([name, one]) => [
      name,
      String(one),
    ]),
  );
}

/** The contexts of a run. `github.event.before` is looked up from the root. */
export type Contexts = Mapping;

/** A text with its `${{ }}` expressions replaced by their values. */
export function filled(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{ ([^}]+) \}\}/g, (_, expression: string) =>
    String(lookUp(expression, contexts)),
  );
}

/** All values of a mapping, with their expressions replaced. */
export function allFilled(
  values: Readonly<Record<string, string>>,
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, filled(value, contexts)]),
  );
}

/**
 * Evaluates the condition of a job or step. It supports comparisons and `always()` joined by `&&`,
 * which is all that the examples need.
 */
export function holds(condition: unknown, contexts: Contexts): boolean {
  if (condition === undefined) return true;
  return String(condition)
    .split(' && ')
    .filter((part) => part !== 'always()')
    .every((part) => {
      const [, left = '', operator, right = ''] = /^(\S+) (==|!=) (\S+)$/.exec(part) ?? [];
      if (operator === undefined) throw new Error(`the test cannot read the condition ${part}`);
      return (lookUp(left, contexts) === lookUp(right, contexts)) === (operator === '==');
    });
}

/** A quoted text, `fromJSON(path)`, or a path. A missing value is empty, as on GitHub. */
function lookUp(expression: string, contexts: Contexts): unknown {
  const [, quoted] = /^'(.*)'$/.exec(expression) ?? [];
  if (quoted !== undefined) return quoted;
  const [, inner] = /^fromJSON\((.*)\)$/.exec(expression) ?? [];
  if (inner !== undefined) return JSON.parse(String(lookUp(inner, contexts)));
  let value: unknown = contexts;
  for (const name of expression.split('.'))
    value =
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined;
  return value ?? '';
}
