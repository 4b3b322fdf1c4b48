import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Sources = {
  readonly 'output/sink.ts': typeof import('../../../src/output/sink.ts');
  readonly 'lib/secret.ts': typeof import('../../../src/lib/secret.ts');
  readonly 'outpost/wire.ts': typeof import('../../../src/outpost/wire.ts');
  readonly 'outpost/record-wire.ts': typeof import('../../../src/outpost/record-wire.ts');
  readonly 'outpost/service-wire.ts': typeof import('../../../src/outpost/service-wire.ts');
  readonly 'outpost/deploy-wire.ts': typeof import('../../../src/outpost/deploy-wire.ts');
  readonly 'outpost/log-page.ts': typeof import('../../../src/outpost/log-page.ts');
  readonly 'deploy/push/push-failure.ts': typeof import('../../../src/deploy/push/push-failure.ts');
};

/** The modules to fuzz, loaded from a folder of sources, which can be a sabotaged copy. */
export type Subject = Readonly<Sources>;

const PATHS: readonly (keyof Sources)[] = [
  'output/sink.ts',
  'lib/secret.ts',
  'outpost/wire.ts',
  'outpost/record-wire.ts',
  'outpost/service-wire.ts',
  'outpost/deploy-wire.ts',
  'outpost/log-page.ts',
  'deploy/push/push-failure.ts',
];

export async function loadSubject(source: string): Promise<Subject> {
  const modules = PATHS.map(async (path) => [
    path,
    await import(pathToFileURL(join(source, path)).href),
  ]);
  // Each module has the type that its path says.
  return Object.fromEntries(await Promise.all(modules)) as Subject;
}
