import { Hourglass } from 'lucide-react';
import { type BoxKind, inWords } from './box-kind.js';

export const waitBox: BoxKind = {
  title: 'Wait',
  summary: 'For some time, until an instant, or for an event',
  icon: Hourglass,
  describe: ({ seconds, until, event }) => {
    if (typeof seconds === 'number') return { subtitle: `Wait · ${inWords(seconds)}` };
    if (until !== undefined) return { subtitle: 'Wait until an instant' };
    return { subtitle: event === undefined ? 'Wait' : 'Wait for an event' };
  },
};
