import { OctagonX } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const stopBox: BoxKind = {
  title: 'Stop',
  summary: 'End the run here, as succeeded or failed',
  icon: OctagonX,
  describe: ({ outcome }) => ({ subtitle: outcome === 'fail' ? 'Stop as failed' : 'Stop as succeeded' }),
};
