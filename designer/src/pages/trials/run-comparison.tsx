import type { Shadow, ShadowDifference, ShadowGap, ShadowPair, ShadowRunDetail, ShadowSide } from '@castellan/api';
import { Group, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { GitCompare } from 'lucide-react';
import { useShadowRun, useWorkspace } from '../../api/index.js';
import { StepStatusBadge } from '../../status/statuses.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { DifferenceTable } from '../../ui/difference-table.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';
import { triedName } from './tried-name.js';

/** One run beside what would have been in its place: the differences with their values, then every step. */
export function RunComparison({ trial, runId }: { trial: Shadow; runId: string }) {
  const { id: ws } = useWorkspace();
  const { data, error, refetch } = useShadowRun(trial.id, runId);
  if (error !== null)
    return <Failure what="This run cannot be compared" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader size="sm" aria-label="Comparing" />;
  const titles = { before: `Version ${data.version}`, after: triedName(trial) };
  return (
    <Stack gap="md" py="sm">
      {data.deviation !== null && (
        <Notice look="unknown" title="This run cannot be rehearsed exactly">
          {data.deviation} A value that was masked when it was saved may be the reason. It is compared with what version{' '}
          {data.version} does now.
        </Notice>
      )}
      <Differences differences={data.differences} titles={titles} />
      <Gaps gaps={data.gaps} />
      <Steps detail={data} titles={titles} />
      <Text size="sm">
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
          Open the run
        </Link>
      </Text>
    </Stack>
  );
}

interface Titles {
  before: string;
  after: string;
}

function Differences({ differences, titles }: { differences: ShadowDifference[]; titles: Titles }) {
  if (differences.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        {titles.after}
      </Title>
      <Stack gap="sm">
        {differences.map((difference) => (
          <div key={`${difference.kind} ${difference.change} ${difference.stepId} ${difference.iteration}`}>
            <Group gap="xs" mb={4}>
              <Text size="sm" fw={600}>
                {difference.sentence}
              </Text>
              {difference.effect === 'destructive' && <StatusBadge look="failed" word="destructive" plain />}
              {difference.iteration !== '' && <Tag>{`item ${itemWords(difference.iteration)}`}</Tag>}
            </Group>
            {difference.kind !== 'path' && difference.kind !== 'trigger' && (
              <DifferenceTable before={difference.before} after={difference.after} titles={titles} />
            )}
          </div>
        ))}
      </Stack>
    </section>
  );
}

function gapWords({ kind, used }: ShadowGap): string {
  if (used === 'sample') return 'the example of the catalogue stands in for its answer';
  if (used === 'nothing') return 'nothing stands in for it, and what hangs on it is not rehearsed';
  if (used === 'sample_before') return 'the example of the catalogue stands in for what there was before';
  if (used === 'masked') return 'masked values hide with which input it is taken back';
  if (kind === 'approval') return 'it counts as approved';
  return kind === 'action' ? 'it counts as done' : 'it counts as not arrived';
}

function Gaps({ gaps }: { gaps: ShadowGap[] }) {
  if (gaps.length === 0) return null;
  const steps = new Set(gaps.map(({ stepId, iteration }) => `${stepId} ${iteration}`)).size;
  return (
    <Notice look="unknown" title={`${count(steps, 'step')} not quite as recorded`}>
      {gaps.slice(0, 10).map((gap) => (
        <div key={`${gap.stepId} ${gap.iteration} ${gap.used}`}>
          {gapTitle(gap)}: {gapWords(gap)}
        </div>
      ))}
    </Notice>
  );
}

const gapTitle = ({ title, iteration }: ShadowGap): string =>
  iteration === '' ? title : `${title}, item ${itemWords(iteration)}`;

function Steps({ detail, titles }: { detail: ShadowRunDetail; titles: Titles }) {
  const columns: Column<ShadowPair>[] = [
    {
      key: 'step',
      title: 'Step',
      cell: ({ title, iteration }) => (
        <>
          {title} {iteration !== '' && <Tag>{`item ${itemWords(iteration)}`}</Tag>}
        </>
      ),
    },
    { key: 'before', title: titles.before, width: 240, cell: ({ before }) => <Side side={before} /> },
    { key: 'after', title: titles.after, width: 240, cell: ({ after }) => <Side side={after} /> },
    {
      key: 'same',
      title: 'Same',
      width: 110,
      cell: ({ same }) => <StatusBadge {...(same ? sameLook : otherLook)} plain />,
    },
  ];
  if (detail.steps.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        Step by step
      </Title>
      <DataTable
        label="Step by step"
        columns={columns}
        rows={detail.steps}
        rowKey={({ stepId, iteration, before }) => `${stepId} ${iteration} ${before === null}`}
        empty=""
      />
      {detail.stepCount > detail.steps.length && (
        <Text size="xs" c="dimmed" mt={4}>
          The first {detail.steps.length} of {detail.stepCount} steps.
        </Text>
      )}
    </section>
  );
}

const sameLook = { look: 'succeeded', word: 'Same' } as const;
const otherLook = { look: 'waiting', word: 'Other', icon: GitCompare } as const;

function Side({ side }: { side: ShadowSide | null }) {
  if (side === null)
    return (
      <Text span size="sm" c="dimmed">
        not run
      </Text>
    );
  return (
    <Group gap={6} wrap="nowrap">
      <StepStatusBadge step={side} plain />
      {side.port !== null && side.port !== 'out' && (
        <Text size="sm" c="dimmed">
          by {side.port}
        </Text>
      )}
    </Group>
  );
}

/** Items are counted from 1 for people: `3`, or `3.1` in a loop within a loop. */
function itemWords(iteration: string): string {
  return iteration
    .split('.')
    .map((index) => Number(index) + 1)
    .join('.');
}
