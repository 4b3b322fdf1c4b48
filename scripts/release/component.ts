import { committed, gitText } from './git.ts';

/**
 * The component project on GitLab has the folder gitlab/ as its root. Add a line here for each new
 * template.
 */
const FILES: readonly string[] = [
  '.gitlab-ci.yml',
  'LICENSE.md',
  'README.md',
  'templates/check.yml',
  'templates/deploy.yml',
  'templates/rotate.yml',
];

export interface ComponentFile {
  readonly path: string;
  readonly size: number;
  readonly mode: string;
}

/** What `git commit-tree HEAD:gitlab` would publish. */
export function componentFiles(): readonly ComponentFile[] {
  const lines = gitText(['ls-tree', '-r', '--long', 'HEAD:gitlab']).split('\n');
  return lines.map((line) => {
    const [attributes = '', path = ''] = line.split('\t');
    const [mode = '', , , size] = attributes.split(/ +/);
    return { path, size: Number(size), mode };
  });
}

export function checkComponent(files: readonly ComponentFile[]): readonly string[] {
  const paths = files.map(({ path }) => path);
  const readme = committed('gitlab/README.md').toString('utf8');
  const links = [...readme.matchAll(/\]\((?![a-z]+:|#)([^)#]+)[^)]*\)/g)].map(
    ([, target = '']) => target,
  );
  return [
    ...paths
      .filter((path) => !FILES.includes(path))
      .map(
        (path) =>
          `gitlab/${path} would be published in the component project, where it is not expected.`,
      ),
    ...FILES.filter((path) => !paths.includes(path)).map(
      (path) => `The component project lacks ${path}.`,
    ),
    ...files
      .filter(({ mode }) => mode !== '100644')
      .map(({ path, mode }) => `gitlab/${path} has the mode ${mode}: a plain file has 100644.`),
    ...links
      .filter((target) => !paths.includes(target))
      .map((target) => `gitlab/README.md links to ${target}, which the component project has not.`),
    ...(committed('gitlab/LICENSE.md').equals(committed('LICENSE'))
      ? []
      : ['gitlab/LICENSE.md is not the text of LICENSE.']),
  ];
}
