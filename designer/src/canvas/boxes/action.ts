import { namedOperation } from '@castellan/flow';
import { Plug } from 'lucide-react';
import { type BoxKind, insideLine, systemOf } from './box-kind.js';

export const actionBox: BoxKind = {
  title: 'Action',
  summary: 'Call an operation of a connected system',
  icon: Plug,
  describe: (step, flow) => {
    const { connector, title, system } = systemOf(step, flow);
    const operation = namedOperation(connector?.operations, step.operation);
    const name = operation?.title ?? (typeof step.operation === 'string' ? step.operation : 'choose an operation');
    return {
      subtitle: `${title} · ${insideLine(name)}`,
      ...(system && { system }),
      ...(operation && { effect: operation.effect }),
    };
  },
};
