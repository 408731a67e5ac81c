import { Repeat } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const loopBox: BoxKind = {
  title: 'Loop',
  summary: 'Run steps for each item of a list',
  icon: Repeat,
  describe: ({ concurrency }) => ({
    subtitle:
      typeof concurrency === 'number' && concurrency > 1 ? `For each item · ${concurrency} at once` : 'For each item',
  }),
};
