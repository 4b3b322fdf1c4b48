/** A parsed version. It decides which tags are created and which ones move. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: boolean;
}

/**
 * Parses `1.2.3` or `1.2.3-rc.1`. Build metadata isn't allowed, because tags couldn't be told apart
 * by it.
 */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, pre] =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease: pre !== undefined };
}

/**
 * The tags that point to the newest version of a line: `v1` and `v1.2` for 1.2.3. A line only moves
 * forward, so a fix of an older minor version (1.1.9 after 1.2.0) only moves `v1.1`. A prerelease
 * moves none.
 *
 * @param tags existing tags, with or without the one to be released
 */
export function movingTags(version: string, tags: readonly string[]): readonly string[] {
  const parsed = parseVersion(version);
  if (parsed === undefined || parsed.prerelease) return [];
  const [major, minor] = parsed.numbers;
  const lines = [[major], [major, minor]];
  return lines.filter((line) => isNewest(version, tags, line)).map((line) => `v${line.join('.')}`);
}

/**
 * Whether no tag of the line is newer. A line is all of 1, or all of 1.2. Without one, all tags
 * count.
 */
export function isNewest(
  version: string,
  tags: readonly string[],
  line: readonly number[] = [],
): boolean {
  const own = parseVersion(version);
  if (own === undefined || own.prerelease) return false;
  const others = tags
    .map((tag) => parseVersion(tag.replace(/^v/, '')))
    .filter((one) => one?.prerelease === false);
  return others.every(
    (other) => other === undefined || !isOfLine(other, line) || order(other, own) <= 0,
  );
}

function isOfLine({ numbers }: Version, line: readonly number[]): boolean {
  return line.every((number, index) => numbers[index] === number);
}

function order(left: Version, right: Version): number {
  return (
    left.numbers
      .map((number, index) => number - (right.numbers[index] ?? 0))
      .find((difference) => difference !== 0) ?? 0
  );
}
