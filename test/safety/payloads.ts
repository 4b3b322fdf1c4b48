import type { Form } from './ways.ts';

/**
 * The characters for which .NET's char.IsWhiteSpace is true. The runner trims them before it looks
 * for a command.
 */
const DOTNET_SPACES = [
  ...'\t\v\f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
];

/** A line of a service's log, and what a reader must see instead. */
export interface Line {
  readonly text: string;
  /** The text after the bar. Several entries if the text contains line breaks. */
  readonly shown: readonly string[];
}

/**
 * Commands of GitHub's runner in both syntaxes. Every line contains `evil`, so that no part can
 * pass for our own.
 */
const commands: readonly Line[] = [
  line(
    '::set-output name=endpoint::https://evil.example',
    ': :set-output name=endpoint::https://evil.example',
  ),
  line('::Add-Mask::evil', ': :Add-Mask::evil'),
  line('::stop-commands::evil', ': :stop-commands::evil'),
  line(
    '::error title=evil::Paste your token at https://evil.example',
    ': :error title=evil::Paste your token at https://evil.example',
  ),
  line('::set-env name=PATH::/evil', ': :set-env name=PATH::/evil'),
  line('::endgroup::evil', ': :endgroup::evil'),
  line('##[error]evil', '## [error]evil'),
  line(
    'INFO evil ##[set-output name=status]deployed',
    'INFO evil ## [set-output name=status]deployed',
  ),
  line('###[group]evil ##[endgroup]', '### [group]evil ## [endgroup]'),
  line('##\u200b[error]evil', '## [error]evil'),
  line('##\u001b[0m[warning]evil', '## [warning]evil'),
  line(':\u200b:error::evil', ': :error::evil'),
  line('\u001b[0m::error::evil', ': :error::evil'),
  line('\ufeff::notice::evil', ': :notice::evil'),
  line('evil\r::set-env name=PATH::/evil', 'evil::set-env name=PATH::/evil'),
  line('evil\n::set-output name=status::evil', 'evil', ': :set-output name=status::evil'),
  line('evil\r\n##[error]evil', 'evil', '## [error]evil'),
  ...DOTNET_SPACES.map((space) => ({
    text: `${space}::warning::evil`,
    shown: [`${seen(space)}: :warning::evil`],
  })),
];

/** What GitLab's page and a terminal treat as more than text. */
const pageCodes: readonly Line[] = [
  line(
    'section_start:1700000000:evil[collapsed=true]\r\u001b[0Kevil',
    'section_start :1700000000:evil[collapsed=true]evil',
  ),
  line('evil section_end:1700000000:evil\r\u001b[0K', 'evil section_end :1700000000:evil'),
  line(
    'section_\u001b[0Kstart:99999999999999:evil\r\u001b[0K',
    'section_start :99999999999999:evil',
  ),
  line('\u001b[31mevil\u001b[0m \u001b[2J\u001b[1A', 'evil '),
  line('\u001b]8;;https://evil.example\u0007evil\u001b]8;;\u0007 \u001b]0;evil\u001b\\', 'evil '),
  line('\u009b31mevil \u0090evil', '31mevil evil'),
  line('ERROR: evil\rdeploy succeeded', 'ERROR: evildeploy succeeded'),
  line('evil\u0008\u0008\u0008\u0008good\u0000\u0007', 'evilgood'),
  line('evil\u202egnp.exe\u2066\u2069\u200e\u061c', 'evilgnp.exe'),
  line('evil\u200b\u200d\u2060\u00ad\u{e0041}', 'evil'),
  line(`evil${'x'.repeat(16_380)}yyyy`, `evil${'x'.repeat(16_380)} ... (4 more characters)`),
];

/** What a Markdown summary treats as more than text. It is plain text in a log. */
const markdown: readonly Line[] = [
  '[evil](https://evil.example) <https://evil.example> https://evil.example',
  '![evil](https://evil.example/x.png)',
  '<img src=x onerror=evil> </td></table><script>evil</script>',
  '@evil @evil/team #1 evil#2 acme/evil@fedcba98765',
  'evil | `evil` | ``evil`` | ```evil```',
  '`evil',
  'evil\\| evil \\\\| <b>evil</b>',
  'evil ```` evil <!-- evil',
  '```evil',
  '# evil',
  '- [ ] evil :evil: $evil$ &lt;evil&gt; &#64;evil',
].map((text) => line(text, text));

export const LINES: readonly Line[] = [...commands, ...pageCodes, ...markdown];

/** The same texts for every other channel, each alone in its field. */
export const PAYLOADS: readonly Form[] = [
  ...LINES.map(({ text }) => text),
  // A command may also be on the second line of a field, after our own words.
  ...LINES.slice(0, 12).map(({ text }) => `evil\n${text}`),
  'evil\r\u0085::error::evil',
  'evil\nOUTPOST_STATUS=deployed\nghadelimiter_evil\nstatus=evil',
].map((text) => ({ name: JSON.stringify(text.slice(0, 60)), bare: true, render: () => text }));

function line(text: string, ...shown: readonly string[]): Line {
  return { text, shown };
}

/** Control characters and separators are removed, a tab becomes a space, other spaces stay. */
function seen(space: string): string {
  return space === '\t' ? ' ' : /[\v\f\u0085\u2028\u2029]/.test(space) ? '' : space;
}
