import type { RunStatus, Shadow, ShadowRun } from '@castellan/api';
import { Anchor, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { GitCompare, type LucideIcon } from 'lucide-react';
import { type ShadowVerdict, useShadowRuns } from '../../api/index.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { TrialOutcome } from '../../trials/trial-outcome.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { type Look, StatusBadge } from '../../ui/status-badge.js';
import { RunComparison } from './run-comparison.js';
import { triedName } from './tried-name.js';

const route = getRouteApi('/w/$ws/flows/$flowId/trials');

const verdicts: Record<ShadowVerdict, { look: Look; word: string; icon?: LucideIcon }> = {
  same: { look: 'succeeded', word: 'Same' },
  different: { look: 'waiting', word: 'Different', icon: GitCompare },
  failed: { look: 'failed', word: 'Not rehearsed' },
};

/** What a trial found, run by run; one of them opens beneath its row. */
export function TrialRuns({ trial }: { trial: Shadow }) {
  const { show, run: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useShadowRuns(trial.id, { verdict: show, done: trial.done });
  const open = (runId: string) => {
    const run = runId === opened ? undefined : runId;
    void navigate({ search: (now) => ({ ...now, trial: trial.id, run }), replace: true, resetScroll: false });
  };
  const columns: Column<ShadowRun>[] = [
    {
      key: 'run',
      title: 'Run',
      width: 220,
      cell: ({ runId, createdAt, businessKey }) => (
        <Anchor component="button" size="sm" ta="left" aria-expanded={runId === opened} onClick={() => open(runId)}>
          {businessKey ?? 'Run'}, <RelativeTime at={createdAt} />
        </Anchor>
      ),
    },
    {
      key: 'ended',
      title: 'Ended',
      width: 140,
      wideOnly: true,
      cell: ({ status, version }) => (
        <Group gap={6} wrap="nowrap">
          <RunStatusBadge status={status as RunStatus} plain />
          <Text size="xs" c="dimmed">{`v${version}`}</Text>
        </Group>
      ),
    },
    { key: 'verdict', title: 'Now', width: 150, cell: ({ verdict }) => <StatusBadge {...verdicts[verdict]} plain /> },
    { key: 'sentence', title: triedName(trial), cell: ({ sentence }) => sentence },
  ];
  return (
    <Stack gap="sm" component="section" aria-label="What was found">
      <TrialOutcome trial={trial} />
      {trial.total > 0 && (
        <SegmentedControl
          w="fit-content"
          size="xs"
          aria-label="Which runs to show"
          value={show ?? 'all'}
          onChange={(value) =>
            void navigate({
              search: (now) => ({
                ...now,
                trial: trial.id,
                show: value === 'all' ? undefined : (value as ShadowVerdict),
              }),
              replace: true,
            })
          }
          data={[
            { value: 'all', label: `All ${trial.done}` },
            { value: 'different', label: `Different ${trial.counts.different}` },
            { value: 'same', label: `Same ${trial.counts.same}` },
            { value: 'failed', label: `Not rehearsed ${trial.counts.failed}` },
          ]}
        />
      )}
      {runs.error !== null && <Failure what="The runs cannot be read" error={runs.error} />}
      {trial.total > 0 && (
        <DataTable
          label="Runs"
          columns={columns}
          rows={runs.data}
          rowKey={({ runId }) => runId}
          empty={
            <Text size="sm" c="dimmed" p="md">
              No run of this kind.
            </Text>
          }
          onOpen={({ runId }) => open(runId)}
          below={({ runId }) => runId === opened && <RunComparison trial={trial} runId={runId} />}
          more={moreOf(runs)}
        />
      )}
    </Stack>
  );
}
