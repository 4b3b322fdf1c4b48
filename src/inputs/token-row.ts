import type { HostName, InputKind } from './table.ts';

/** What the commands about tokens do. */
export type TokenVerb = 'report' | 'list' | 'rotate' | 'revoke';

/** Kinds that only these inputs have; tokens/readers.ts reads them. */
export type TokenInputKind = InputKind | 'scopes' | 'form' | 'api' | 'variable' | 'base-name';

export interface TokenInput {
  readonly name: string;
  readonly kind: TokenInputKind;
  readonly default?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly description: string;
  /** The commands that know it; absent = all. */
  readonly verbs?: readonly TokenVerb[];
  /** Absent = on every host. */
  readonly hosts?: readonly HostName[];
}
