import type { TriggerFire } from '@castellan/api';
import { Text } from '@mantine/core';
import { exactTime, zonedTime } from '../../../ui/format.js';
import { type Look, StatusBadge } from '../../../ui/status-badge.js';
import { RunLink } from '../../run/run-link.js';
import { useTriggerState } from '../use-trigger-state.js';
import classes from './schedule.module.css';

const shown: Record<TriggerFire['outcome'], { look: Look; word: string }> = {
  due: { look: 'running', word: 'Due' },
  late: { look: 'waiting', word: 'Late' },
  run: { look: 'succeeded', word: 'Run' },
  waiting: { look: 'waiting', word: 'Waiting' },
  skipped: { look: 'skipped', word: 'Skipped' },
  missed: { look: 'failed', word: 'Missed' },
  unmatched: { look: 'waiting', word: 'Not taken in' },
};

/** What became of the last times of the published schedule. */
export function LastFires({ id }: { id: string }) {
  const schedule = useTriggerState(id)?.schedule;
  if (!schedule) return null;
  return (
    <section className={classes.summary} aria-label="Last times">
      <Text size="xs" c="dimmed">
        {schedule.last.length === 0 ? 'It has not fired yet.' : 'The last 5 times'}
      </Text>
      <ol className={classes.times}>
        {schedule.last.map((fire) => (
          <FireLine key={`${fire.scheduledAt} ${fire.deliveryId}`} fire={fire} zone={schedule.zone} />
        ))}
      </ol>
    </section>
  );
}

function FireLine({ fire, zone }: { fire: TriggerFire; zone: string }) {
  const { scheduledAt, outcome, reason, runId } = fire;
  return (
    <li>
      <time dateTime={scheduledAt} title={`${exactTime(scheduledAt)} where you are`}>
        {zonedTime(new Date(scheduledAt), zone)}
      </time>
      {outcome === 'run' && runId !== null ? (
        <RunLink runId={runId}>
          <StatusBadge {...shown.run} plain />
        </RunLink>
      ) : (
        <StatusBadge {...shown[outcome]} plain />
      )}
      {reason !== null && (
        <span className={classes.reason}>{runId === null ? reason : <RunLink runId={runId}>{reason}</RunLink>}</span>
      )}
    </li>
  );
}
