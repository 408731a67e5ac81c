import { Workflow } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const subflowBox: BoxKind = {
  title: 'Run another flow',
  summary: 'Start a flow and take its output, or let it go',
  icon: Workflow,
  describe: ({ flow }, { catalog }) => {
    const name = catalog?.flows.find(({ id }) => id === flow)?.name;
    return { subtitle: name === undefined ? 'Run another flow' : `Flow · ${name}` };
  },
};
