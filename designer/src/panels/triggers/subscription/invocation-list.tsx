import type { EventInvocation } from '@castellan/api';
import { Text } from '@mantine/core';
import { type EventPlace, useInvocations } from '../../../api/index.js';
import { Failure } from '../../../ui/failure.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { StatusBadge } from '../../../ui/status-badge.js';
import { RunLink } from '../../run/run-link.js';
import { GivenAnswerText } from './given-answer.js';
import classes from './subscription.module.css';

const shownAtMost = 10;

/** What the system tells of its last deliveries, with the runs that they made and what was answered. */
export function InvocationList({ place, system, awaited }: { place: EventPlace; system: string; awaited: string[] }) {
  const known = useInvocations(place, false).data?.items ?? [];
  const missing = awaited.some((id) => known.every((each) => each.id !== id || each.runs.length === 0));
  const { data, error, refetch } = useInvocations(place, missing);
  if (error !== null && data === undefined) {
    return <Failure what={`${system} does not tell of its deliveries`} error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return null;
  if (data.items.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {system} has delivered nothing lately.
      </Text>
    );
  }
  return (
    <ul className={classes.invocations} aria-label={`Last deliveries of ${system}`}>
      {data.items.slice(0, shownAtMost).map((invocation) => (
        <li key={invocation.id}>
          <Invocation {...invocation} system={system} isTest={awaited.includes(invocation.id)} />
        </li>
      ))}
    </ul>
  );
}

function Invocation({
  startedAt,
  completedAt,
  error,
  runs,
  answer,
  system,
  isTest,
}: EventInvocation & { system: string; isTest: boolean }) {
  return (
    <>
      <div className={classes.head}>
        <Text size="sm" fw={500}>
          {isTest ? 'Your test, ' : ''}
          <RelativeTime at={startedAt} />
        </Text>
        {error !== null && <StatusBadge look="failed" word={`Failed at ${system}`} plain />}
        {error === null && completedAt === null && <StatusBadge look="waiting" word="Not completed" plain />}
        {error === null && completedAt !== null && <StatusBadge look="succeeded" word="Completed" plain />}
      </div>
      {error !== null && (
        <Text size="sm" className="break-anywhere">
          {error}
        </Text>
      )}
      {runs.map(({ runId, flowName }) => (
        <Text key={runId} size="sm">
          <RunLink runId={runId}>Run of {flowName}</RunLink>
        </Text>
      ))}
      {runs.length === 0 && (
        <Text size="sm" c="dimmed">
          No run came of it.
        </Text>
      )}
      {answer !== null && <GivenAnswerText answer={answer} system={system} />}
    </>
  );
}
