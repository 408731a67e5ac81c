import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { useRunHistory } from '../../api/index.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import classes from './run.module.css';

/** The history of the run, oldest first. `seq` tells when there is something new to read. */
export function EventsTab({ runId, seq }: { runId: string; seq: number }) {
  const { data, error, refetch } = useRunHistory(runId);
  useEffect(() => {
    if (seq > 0) void refetch();
  }, [seq, refetch]);
  if (error !== null) return <Failure what="The history cannot be read" error={error} onRetry={() => void refetch()} />;
  return (
    <ol className={classes.events} aria-label="History">
      {data?.items.map((event) => (
        <li key={`${event.at} ${event.kind} ${event.stepId} ${event.iteration} ${event.text}`}>
          <time dateTime={event.at} className={classes.soft}>
            {exactTime(event.at)}
          </time>
          <Text size="sm">
            {event.text}
            {event.actor !== null && <span className={classes.soft}> by {event.actor}</span>}
          </Text>
        </li>
      ))}
    </ol>
  );
}
