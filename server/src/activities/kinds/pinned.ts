import type { CompiledPinned } from '@castellan/flow';
import type { Evaluation } from './conclusion.js';

/** Leaves with the output that a person pinned, as it is: there is nothing to evaluate. */
export function pinned({ output, port }: Pick<CompiledPinned, 'output' | 'port'>): Evaluation {
  return { parts: [], conclude: () => ({ status: 'succeeded', port, output }) };
}
