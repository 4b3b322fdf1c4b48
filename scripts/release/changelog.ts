/** One version's part of CHANGELOG.md. */
export interface Section {
  readonly date: string;
  readonly text: string;
}

/** The section of a version, or a sentence that says what is wrong with it. */
export function sectionOf(changelog: string, version: string): Section | string {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.filter((section) => section.startsWith(`[${version}]`));
  const [section] = found;
  if (section === undefined) return `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`;
  if (found.length > 1) return `CHANGELOG.md has the section of ${version} ${found.length} times.`;
  const [heading = '', ...lines] = section.split('\n');
  const [, date] = /^\[[^\]]+\] - (\d{4}-\d{2}-\d{2})$/.exec(heading) ?? [];
  if (date === undefined || !isDate(date))
    return `CHANGELOG.md: the section of ${version} has no date: "## [${version}] - YYYY-MM-DD".`;
  const text = withoutLinks(lines).join('\n').trim();
  return text === '' ? `CHANGELOG.md: the section of ${version} is empty.` : { date, text };
}

/** Removes the link definitions. They come after the last section and aren't part of it. */
function withoutLinks(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/^\[[^\]]+\]: /.test(line));
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
