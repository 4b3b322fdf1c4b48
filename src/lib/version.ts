import packageJson from '../../package.json' with { type: 'json' };

export const { version } = packageJson;

/** The page of a failure's code, as it was when this version was made. */
export function failureUrl(code: string): string {
  return `https://github.com/outpost/deploy-action/blob/v${version}/docs/failures.md#${code}`;
}
