import { Funnel } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const filterBox: BoxKind = {
  title: 'Filter list',
  summary: 'Keep the items for which something holds',
  icon: Funnel,
  describe: () => ({ subtitle: 'Filter list' }),
};
