import { clockOf, clockWords, type DraftTrigger } from '@castellan/flow';
import { CalendarClock, CirclePlay, CornerDownRight, Webhook, Zap } from 'lucide-react';
import { capital } from '../../ui/format.js';
import { type BoxKind, insideLine, systemOf } from './box-kind.js';

type TriggerBox = BoxKind<DraftTrigger>;

export const webhookBox: TriggerBox = {
  title: 'Webhook',
  summary: 'A call to an address of this flow',
  icon: Webhook,
  describe: ({ signature }) => {
    const scheme = (signature as { scheme?: unknown } | undefined)?.scheme;
    return { subtitle: typeof scheme === 'string' ? `Webhook · ${scheme}` : 'Webhook' };
  },
};

export const eventBox: TriggerBox = {
  title: 'Event',
  summary: 'Something happens in a connected system',
  icon: Zap,
  describe: (trigger, flow) => {
    const { connector, title, system } = systemOf(trigger, flow);
    const event = connector?.triggers.find(({ id }) => id === trigger.event)?.title ?? 'choose an event';
    return { subtitle: `${title} · ${insideLine(event)}`, ...(system && { system }) };
  },
};

export const scheduleBox: TriggerBox = {
  title: 'Schedule',
  summary: 'At set times',
  icon: CalendarClock,
  describe: (trigger) => {
    const clock = clockOf(trigger);
    return { subtitle: clock === undefined ? 'Schedule' : capital(clockWords(clock)) };
  },
};

export const manualBox: TriggerBox = {
  title: 'By hand',
  summary: 'A person starts it with a form',
  icon: CirclePlay,
  describe: () => ({ subtitle: 'Started by hand' }),
};

export const callBox: TriggerBox = {
  title: 'Called by a flow',
  summary: 'Another flow runs this one',
  icon: CornerDownRight,
  describe: () => ({ subtitle: 'Called by a flow' }),
};
