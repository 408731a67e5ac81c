import type { CompiledAction } from '@castellan/flow';
import { connectorOf } from '../operations/operations.service.js';
import type { CallAnswer } from './stand-ins.js';

/** The example of the operation, for a call of which nothing better is known; nothing for what has none. */
export function sampleAnswer({ kind, connector, operation }: CompiledAction): CallAnswer | null {
  if (kind !== 'action') return null;
  const sample = connectorOf(connector).operations[operation]?.sample;
  return sample === undefined ? null : { from: 'sample', output: sample.output };
}
