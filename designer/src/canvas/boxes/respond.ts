import { Reply } from 'lucide-react';
import type { BoxKind } from './box-kind.js';

export const respondBox: BoxKind = {
  title: 'Respond',
  summary: 'Answer the caller of the webhook',
  icon: Reply,
  describe: ({ status }) => ({ subtitle: typeof status === 'number' ? `Respond · ${status}` : 'Respond' }),
};
