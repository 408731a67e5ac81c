import type { CompiledAction } from '@castellan/flow';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import type { CallAnswer } from './stand-ins.js';

/** The example of the operation, for a call of which nothing better is known; nothing for what has none. */
export function sampleAnswer(action: CompiledAction): CallAnswer | null {
  if (action.kind !== 'action') return null;
  const sample = connectorOf(calledConnector(action)).operations[action.operation]?.sample;
  return sample === undefined ? null : { from: 'sample', output: sample.output };
}
