import type { CompiledAction, Program } from '@castellan/flow';

/**
 * Names a connector for good. Those that came with the server have an id alone; of one that a workspace imported, it is
 * the id with that of a version: `api-desk@0190…`.
 */
export type ConnectorReference = string;

export const importedReference = (connector: string, versionId: string): ConnectorReference =>
  `${connector}@${versionId}`;

/** The id of the version, or null for a connector that came with the server. */
export const versionIn = (reference: ConnectorReference): string | null => reference.split('@')[1] ?? null;

/** What a compiled call was compiled with. */
export const calledConnector = ({ connector, pin }: Pick<CompiledAction, 'connector' | 'pin'>): ConnectorReference =>
  pin ?? connector;

/** The imported connectors that a version of a flow calls. */
export function pinsOf({ steps, after = {} }: Pick<Program, 'steps' | 'after'>): ConnectorReference[] {
  const compiled = [...Object.values(steps), ...Object.values(after)];
  return [...new Set(compiled.flatMap((step) => ('pin' in step && step.pin ? [step.pin] : [])))];
}
