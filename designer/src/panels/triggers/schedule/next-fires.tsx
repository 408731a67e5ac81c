import { type Clock, clockChanges, clockChangeWords, clockOf, clockWords, nextFires } from '@castellan/flow';
import { Text } from '@mantine/core';
import { CalendarClock } from 'lucide-react';
import { useMemo } from 'react';
import { capital, duration, exactTime, relativeTime, zonedTime } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';
import { useNow } from '../../../ui/use-now.js';
import type { TriggerSettingsProps } from '../trigger-settings-props.js';
import classes from './schedule.module.css';

const shown = 5;

/** When the schedule as it is drawn fires: in words, the next times, and what a change of the clock does to it. */
export function NextFires({ trigger }: Pick<TriggerSettingsProps, 'trigger'>) {
  const { cron, every, calendar, zone } = trigger;
  const clock = useMemo(() => clockOf({ cron, every, calendar, zone }), [cron, every, calendar, zone]);
  if (clock === undefined) {
    return (
      <Text size="sm" c="dimmed">
        The next times stand here once the schedule can be read.
      </Text>
    );
  }
  const jitter = typeof trigger.jitterSeconds === 'number' ? trigger.jitterSeconds : 0;
  return (
    <section className={classes.summary} aria-label="When it fires">
      <p className={classes.words}>
        <CalendarClock size={16} aria-hidden />
        {capital(clockWords(clock))}
      </p>
      <Times clock={clock} jitterSeconds={jitter} />
      <ClockChanges clock={clock} />
    </section>
  );
}

function Times({ clock, jitterSeconds }: { clock: Clock; jitterSeconds: number }) {
  const now = useNow();
  const fires = nextFires(clock, new Date(now), shown);
  const zone = 'zone' in clock ? clock.zone : 'UTC';
  if (fires.length === 0) return <Text size="sm">It never fires.</Text>;
  return (
    <div>
      <Text size="xs" c="dimmed">
        The next {shown} times
        {jitterSeconds > 0 && `, each up to ${duration(jitterSeconds * 1_000)} later`}
      </Text>
      <ol className={classes.times}>
        {fires.map((fire) => (
          <li key={fire.getTime()}>
            <time dateTime={fire.toISOString()} title={`${exactTime(fire.toISOString())} where you are`}>
              {zonedTime(fire, zone)}
            </time>
            <span className={classes.until}>{relativeTime(fire.toISOString(), now)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Within a year, so that nobody is surprised on that night. */
function ClockChanges({ clock }: { clock: Clock }) {
  const changes = useMemo(() => clockChanges(clock, new Date()), [clock]);
  if (!('zone' in clock) || changes.length === 0) return null;
  return (
    <Notice look="waiting" title="On the nights when the clock is changed">
      {changes.map((change) => (
        <Text key={`${change.date} ${change.fires}`} size="sm">
          {clockChangeWords(change, clock.zone)}
        </Text>
      ))}
    </Notice>
  );
}
