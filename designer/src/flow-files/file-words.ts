import { type FlowFile, stepPlaces } from '@castellan/flow';
import { count } from '../ui/format.js';

/** What a flow's file holds, in one sentence. */
export function fileWords({ flow, tests }: FlowFile): string {
  const slots = Object.values(flow.connections ?? {}).map(({ connector, title }) => title ?? connector ?? 'unnamed');
  const parts = [
    count(stepPlaces(flow).length, 'step'),
    count(Object.keys(flow.triggers ?? {}).length, 'trigger'),
    ...(tests.length > 0 ? [count(tests.length, 'test case')] : []),
  ];
  const wanted = slots.length === 0 ? 'It needs no connection.' : `It needs connections to ${slots.join(', ')}.`;
  return `“${flow.name ?? 'Untitled flow'}”: ${parts.join(', ')}. ${wanted}`;
}
