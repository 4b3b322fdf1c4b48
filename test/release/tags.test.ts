import { expect, test } from '@jest/globals';
import { isNewest, movingTags } from '../../scripts/release/versions.ts';

test.each([
  ['1.2.3', [], ['v1', 'v1.2']],
  ['1.0.0', [], ['v1', 'v1.0']],
  ['1.2.3', ['v1', 'v1.2', 'v1.2.2', 'v1.2.3', 'v0.9.0'], ['v1', 'v1.2']],
  ['1.2.3', ['v2.0.0'], ['v1', 'v1.2']],
  // A fix for an older line must not move v1 back.
  ['1.1.9', ['v1.1.8', 'v1.2.0'], ['v1.1']],
  ['1.1.7', ['v1.1.8', 'v1.2.0'], []],
  // A prerelease moves no tag and blocks nothing.
  ['1.3.0-rc.1', ['v1.2.0'], []],
  ['1.2.3', ['v1.3.0-rc.1'], ['v1', 'v1.2']],
  ['10.0.0', ['v9.9.9'], ['v10', 'v10.0']],
  ['1.10.0', ['v1.9.0'], ['v1', 'v1.10']],
  ['1.2', [], []],
  ['01.2.3', [], []],
])('%s among %j moves %j', (version, tags, moved) => {
  expect(movingTags(version, tags)).toEqual(moved);
});

test.each([
  ['1.2.3', ['v1.2.3', 'v1.2.2'], true],
  ['1.2.3', ['v2.0.0'], false],
  ['1.3.0-rc.1', [], false],
])('%s among %j is the latest: %s', (version, tags, latest) => {
  expect(isNewest(version, tags)).toBe(latest);
});
