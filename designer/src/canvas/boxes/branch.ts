import { Split } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const branchBox: BoxKind = {
  title: 'Branch',
  summary: 'Go one of several ways: if, else, switch',
  icon: Split,
  describe: ({ cases }) => ({
    subtitle: Array.isArray(cases) && cases.length > 1 ? `Branch · ${cases.length} cases` : 'Branch',
  }),
};
