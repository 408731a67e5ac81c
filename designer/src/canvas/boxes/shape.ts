import { Braces } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const shapeBox: BoxKind = {
  title: 'Shape data',
  summary: 'Make an object, a list or a text out of earlier data',
  icon: Braces,
  describe: () => ({ subtitle: 'Shape data' }),
};
