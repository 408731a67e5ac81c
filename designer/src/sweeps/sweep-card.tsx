import type { LostEventSweep } from '@castellan/api';
import { Button, Group, Switch, Text } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useSweepNow, useSwitchSweep, useWorkspace } from '../api/index.js';
import { ErrorPanel } from '../ui/error-panel.js';
import { Failure } from '../ui/failure.js';
import { count, duration } from '../ui/format.js';
import { RelativeTime } from '../ui/relative-time.js';
import { StatusBadge } from '../ui/status-badge.js';
import classes from './sweeps.module.css';

/** How the deliveries of one event are checked: how often, what was lost, when next; on or off, and to have it done now. */
export function SweepCard({ sweep, title }: { sweep: LostEventSweep; title: string }) {
  const { can } = useWorkspace();
  const change = useSwitchSweep();
  const { enabled, everySeconds, graceSeconds, caution, failing } = sweep;
  return (
    <section className={classes.card} aria-label={title}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Switch
          size="sm"
          label="Look for lost events"
          labelPosition="left"
          checked={enabled}
          disabled={!can('connection:write') || change.isPending}
          onChange={({ currentTarget }) => change.mutate({ ...sweep, enabled: currentTarget.checked })}
        />
      </Group>
      {change.error !== null && <Failure what="Not switched" error={change.error} />}
      <Text size="sm" c="dimmed">
        {enabled
          ? `Every ${duration(everySeconds * 1_000)} the system’s own list of these events is read. One that was not delivered within ${duration(graceSeconds * 1_000)} starts its runs then, and they say that the sweep found it.`
          : 'Off: an event whose delivery is lost starts nothing. Switched on, it begins with that moment.'}
      </Text>
      {caution !== null && <Text size="sm">{caution}</Text>}
      {failing !== null && (
        <ErrorPanel
          what={`The list cannot be read: ${failing.message}`}
          next={`${count(failing.count, 'try', 'tries')} failed. It is tried again by itself and goes on where it stopped; deliveries are taken as before.`}
        />
      )}
      <Facts sweep={sweep} />
      {sweep.next !== null && <Now sweep={sweep} />}
    </section>
  );
}

function Facts({ sweep: { lost, lastLostAt, sweptAt, next, underWay, enabled } }: { sweep: LostEventSweep }) {
  return (
    <dl className={classes.facts}>
      <dt>Lost so far</dt>
      <dd>
        {count(lost, 'event')}
        {lastLostAt !== null && (
          <>
            , the last found <RelativeTime at={lastLostAt} />
          </>
        )}
      </dd>
      {sweptAt !== null && (
        <>
          <dt>Last look</dt>
          <dd>
            <RelativeTime at={sweptAt} />
          </dd>
        </>
      )}
      {enabled && (
        <>
          <dt>Next look</dt>
          <dd>
            {next === null ? (
              'when a flow that listens is on'
            ) : underWay ? (
              <StatusBadge look="running" word="Looking now" plain />
            ) : (
              <RelativeTime at={next} />
            )}
          </dd>
        </>
      )}
    </dl>
  );
}

function Now({ sweep }: { sweep: LostEventSweep }) {
  const { can } = useWorkspace();
  const now = useSweepNow();
  if (!can('connection:use')) return null;
  return (
    <>
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<RefreshCw size={14} aria-hidden />}
          loading={now.isPending}
          disabled={sweep.underWay}
          onClick={() => now.mutate(sweep)}
        >
          Look now
        </Button>
      </Group>
      {now.error !== null && <Failure what="Nothing was looked for" error={now.error} />}
    </>
  );
}
