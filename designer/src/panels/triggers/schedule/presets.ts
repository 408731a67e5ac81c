import type { ScheduleTrigger } from '@castellan/flow';

/** Times that many schedules have, to begin with. */
export const presets: { title: string; times: Pick<ScheduleTrigger, 'every' | 'calendar'> }[] = [
  { title: 'Every 5 minutes', times: { every: 300 } },
  { title: 'Every hour', times: { every: 3_600 } },
  { title: 'Every day at 09:00', times: { calendar: { hours: [9], minutes: [0] } } },
  {
    title: 'Monday to Friday at 09:00',
    times: { calendar: { hours: [9], minutes: [0], daysOfWeek: [1, 2, 3, 4, 5] } },
  },
  { title: 'Every Monday at 09:00', times: { calendar: { hours: [9], minutes: [0], daysOfWeek: [1] } } },
  { title: 'Every night at 03:00', times: { calendar: { hours: [3], minutes: [0] } } },
  { title: 'On the first of the month at 06:00', times: { calendar: { hours: [6], minutes: [0], daysOfMonth: [1] } } },
];
