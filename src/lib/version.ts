import packageJson from '../../package.json' with { type: 'json' };

export const { version } = packageJson;

/** A page of `docs/`, as it was when this version was made. */
export function docsUrl(page: string): string {
  return `https://github.com/outpost/deploy-action/blob/v${version}/docs/${page}`;
}

/** The page of a failure's code. */
export function failureUrl(code: string): string {
  return docsUrl(`failures.md#${code}`);
}
