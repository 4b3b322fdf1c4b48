import type { Reason } from './document.ts';

/** Rows of one file that share a reason. */
function same(
  file: string,
  why: string,
  changes: readonly (readonly [original: string, replacement: string])[],
): readonly Reason[] {
  return changes.map(([original, replacement]) => ({ file, original, replacement, why }));
}

const filled = '["Stryker was here"]';
const said = '"Stryker was here!"';

export const reasons: readonly Reason[] = [
  ...same(
    'src/deploy/rollout/judge.ts',
    'equivalent: undefined is not greater than 0 either; the types want the question',
    [['seen.minReplicas !== undefined', 'true']],
  ),
  ...same(
    'src/deploy/rollout/verdict.ts',
    'equivalent: without its case, too, the switch gives undefined; the types want all cases',
    [
      ["'deployed'", '""'],
      ["'started'", '""'],
    ],
  ),
  ...same(
    'src/deploy/config.ts',
    'equivalent: every choice has its list, one service is not several, and one that names no branch ends the check as none does',
    [['[]', filled]],
  ),
  ...same(
    'src/inputs/read.ts',
    'unreachable: a row of a kind without a reader does not compile, and each choice has its list',
    [
      ['[]', filled],
      ['reader === undefined', 'false'],
      ['`no reader for inputs of the kind ${kind}`', '``'],
    ],
  ),
  ...same(
    'src/inputs/readers.ts',
    'unreachable: the groups of a pattern that has matched are there; the types do not know',
    [["''", said]],
  ),
  ...same('src/inputs/readers.ts', 'equivalent: empty entries are taken out afterwards', [
    ['/[\\n\\r,]+/', '/[\\n\\r,]/'],
  ]),
  ...same('src/inputs/readers.ts', "equivalent: a URL's protocol ends with its only colon", [
    ['/^https?:$/', '/^https?:/'],
  ]),
  ...same(
    'src/inputs/readers.ts',
    'equivalent: what begins with any characters matches from the first one anyway',
    [['/^(.*\\/\\/)?.*@/s', '/(.*\\/\\/)?.*@/s']],
  ),
  ...same(
    'src/inputs/readers.ts',
    'equivalent: without a match both names are undefined, with one neither is',
    [
      ['[]', filled],
      [
        'namespace === undefined || name === undefined',
        'namespace === undefined && name === undefined',
      ],
      ['namespace === undefined', 'false'],
      ['name === undefined', 'false'],
    ],
  ),
  ...same(
    'src/outpost/retry.ts',
    'equivalent: only a lost answer has `atOnce`, and mayRepeat has refused every POST but two before',
    [
      ["attempt.method !== 'POST' && outcome.kind === 'lost'", 'true'],
      [
        "attempt.method !== 'POST' && outcome.kind === 'lost'",
        "attempt.method !== 'POST' || outcome.kind === 'lost'",
      ],
      ["attempt.method !== 'POST'", 'true'],
      ["'POST'", '""'],
      ["outcome.kind === 'lost'", 'true'],
    ],
  ),
  ...same('src/outpost/retry.ts', 'equivalent: a reset in no time is a pause of no time', [
    ['reset >= 0', 'reset > 0'],
  ]),
  ...same('src/outpost/wire.ts', 'equivalent: what a function does not return is undefined', [
    ['{\n    return undefined;\n  }', '{}'],
  ]),
  ...same('src/outpost/wire.ts', 'equivalent: fields that are undefined, or not there', [
    ['{ deploymentId: undefined, endpoint: undefined }', '{}'],
  ]),
  ...same(
    'src/outpost/json-elements.ts',
    'equivalent: before a list only the end of the text counts',
    [["''", said]],
  ),
  ...same(
    'src/outpost/json-elements.ts',
    'memory alone: what stands before a list, or behind it, would be kept',
    [
      ['listDepth !== undefined', 'true'],
      ['!isInList()', 'false'],
      ['pending.slice(-KEY_LENGTH)', 'pending'],
    ],
  ),
  ...same(
    'src/outpost/json-elements.ts',
    'equivalent in JSON: where a list may open, a second one has no key before it',
    [['listDepth === undefined', 'true']],
  ),
  ...same('src/outpost/log-reader.ts', 'memory alone: what was held is not read any more', [
    ['count > 0', 'false'],
    ["''", said],
    ["kind === 'open'", 'true'],
  ]),
  ...same(
    'src/outpost/log-reader.ts',
    'equivalent: a kind that is none of the others is passed over like a page',
    [["'page'", '""']],
  ),
  ...same(
    'src/outpost/log-reader.ts',
    'equivalent: once a line was given nothing is held, so there is no text to become',
    [['count === 0', 'true']],
  ),
  ...same('src/output/redact.ts', 'seen alone in a text with those very words in it', [
    ['[]', filled],
  ]),
  ...same('src/output/redact.ts', 'equivalent: a longer value is found by its pieces as well', [
    ['value.length < PIECE', 'true'],
    ['value.length < PIECE', 'value.length <= PIECE'],
  ]),
  ...same('src/output/redact.ts', 'speed alone: what is spared changes nothing in the text', [
    ['this.#forms.length === 0', 'false'],
    ['ranges.length === 0', 'false'],
    ['base < text.length', 'base <= text.length'],
    ['at + GRAM <= covered', 'at + GRAM < covered'],
    ['at < length', 'at <= length'],
  ]),
  ...same(
    'src/output/redact.ts',
    'speed alone: more samples than there are cause comparisons, which find nothing',
    [['start + GRAM', 'start - GRAM']],
  ),
  ...same(
    'src/output/redact.ts',
    'equivalent: samples are eight characters apart, so that none begins at the third',
    [['at < GRAM', 'at <= GRAM']],
  ),
  ...same(
    'src/output/redact.ts',
    'equivalent: a range that ends with its line is looked at again in the next one, which has nothing of it',
    [['end > lineEnd', 'end >= lineEnd']],
  ),
  ...same('src/output/redact.ts', 'true on every machine that the tests run on', [
    ['new Uint8Array(new Uint32Array([1]).buffer)[0] === 1', 'true'],
  ]),
  ...same(
    'src/output/sanitize.ts',
    'speed alone: a look that spares ordinary lines the work below, which would change nothing in them',
    [
      ['!/##\\[|section_|::/i.test(line)', 'false'],
      ['!/[^ -~]/.test(text)', 'false'],
    ],
  ),
];
