import { Hand } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const approvalBox: BoxKind = {
  title: 'Approval',
  summary: 'Ask people and go on as they decide',
  icon: Hand,
  describe: ({ needed }) => ({
    subtitle: typeof needed === 'number' && needed > 1 ? `Approval · ${needed} people` : 'Approval',
  }),
};
