import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { committed, gitText } from './git.ts';

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  purl?: string;
  description?: string;
  hashes?: unknown;
  licenses?: unknown;
}

export interface Bom {
  bomFormat: string;
  specVersion: string;
  serialNumber: string;
  metadata: { timestamp: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Package {
  readonly dev?: boolean;
  devDependencies?: Readonly<Record<string, string>>;
}

/**
 * `npm sbom --omit dev` also leaves out packages that both a tool and the program need. So it runs
 * on a copy of the project without its tools.
 */
function withoutTools(): Readonly<Record<string, unknown>> {
  const manifest = JSON.parse(committed('package.json').toString('utf8')) as Package;
  const lock = JSON.parse(committed('package-lock.json').toString('utf8')) as {
    packages: Record<string, Package>;
  };
  // The stand-in stays in devDependencies, because an override points to it.
  const undici = manifest.devDependencies?.['undici'];
  const tools = undici === undefined ? {} : { undici };
  manifest.devDependencies = tools;
  const kept = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
  lock.packages = Object.fromEntries(
    kept.map(([path, one]) => [path, path === '' ? { ...one, devDependencies: tools } : one]),
  );
  return { 'package.json': manifest, 'package-lock.json': lock };
}

function sbomOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-sbom-'));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(content));
    const args = [
      'sbom',
      '--sbom-format',
      'cyclonedx',
      '--package-lock-only',
      '--offline',
      '--no-update-notifier',
    ];
    return execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The runtime dependencies of package-lock.json as CycloneDX, made by npm without network access.
 * npm includes the folder's name, the time and a random number. These are replaced by the package's
 * name, the commit's time and an ID made from the commit, so that everyone gets the same file.
 */
export function makeSbom(): Bom {
  const bom = JSON.parse(sbomOf(withoutTools())) as Bom;
  const { name } = JSON.parse(committed('package.json').toString('utf8')) as { name: string };
  bom.metadata.component.name = name;
  bom.metadata.timestamp = new Date(gitText(['log', '-1', '--format=%cI'])).toISOString();
  bom.serialNumber = `urn:uuid:${uuidOf(gitText(['rev-parse', 'HEAD']))}`;
  for (const component of bom.components.filter(isStandIn)) {
    // With the real package's address, scanners would report or clear a package that isn't here.
    delete component.purl;
    component.description =
      'A stand-in of this project (tools/undici), not the package of that name.';
  }
  return bom;
}

/** Everything has a checksum in the lock file, except a link within this repository. */
function isStandIn({ name, hashes }: Component): boolean {
  return name === 'undici' && hashes === undefined;
}

/** A UUID of version 8 (a hash), always the same for a commit. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The minimum that readers of CycloneDX 1.5 rely on. Every component must also say where it comes
 * from.
 */
export function checkSbom(bom: Bom): readonly string[] {
  const refs = new Set(
    [bom.metadata.component, ...bom.components].map((component) => component['bom-ref']),
  );
  const dangling = bom.dependencies
    .flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
    .filter((ref) => !refs.has(ref));
  const bare = bom.components.filter(
    (component) => component.purl === undefined && component.description === undefined,
  );
  return [
    ...(bom.bomFormat === 'CycloneDX' && bom.specVersion.startsWith('1.')
      ? []
      : ['The SBOM is not CycloneDX 1.x.']),
    ...(bom.components.length > 0 ? [] : ['The SBOM has no components.']),
    ...[...new Set(dangling)].map(
      (ref) => `The SBOM names ${ref} as a dependency, and has no such component.`,
    ),
    ...bare.map(({ name }) => `The SBOM does not say where ${name} comes from.`),
    ...bom.components
      .filter(({ licenses }) => licenses === undefined)
      .map(({ name }) => `The SBOM has no licence of ${name}.`),
  ];
}
