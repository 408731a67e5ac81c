import type { InFlight, InFlightChoice, RunRow } from '@castellan/api';
import { Checkbox, Radio, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/index.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { count, number } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { whyNotEnded } from '../run/why-waiting.js';
import classes from './publish.module.css';

interface InFlightSectionProps {
  inFlight: InFlight;
  choice: InFlightChoice;
  onChange: (choice: InFlightChoice) => void;
}

/** Runs that have not ended, why each waits, and what becomes of them when another version is published. */
export function InFlightSection({ inFlight, choice, onChange }: InFlightSectionProps) {
  const { can } = useWorkspace();
  const { total, called, versions, runs } = inFlight;
  if (total === 0) return null;
  return (
    <section aria-label="Runs that have not ended">
      <Text size="sm" fw={600}>
        {count(total, 'run')} {total === 1 ? 'has' : 'have'} not ended
      </Text>
      <Text size="sm" c="dimmed" mb={6}>
        {versions.map(({ number: version, runs: some }) => `${number(some)} on version ${version}`).join(', ')}
        {called > 0 && `; other flows wait for ${number(called)} of them`}
      </Text>
      <div className={classes.runs}>
        <DataTable label="Runs that have not ended" columns={columns} rows={runs} rowKey={({ id }) => id} empty="" />
      </div>
      {total > runs.length && (
        <Text size="xs" c="dimmed" mt={4}>
          and {number(total - runs.length)} more
        </Text>
      )}
      <Radio.Group
        mt="sm"
        label="What becomes of them"
        value={choice.action}
        onChange={(action) => onChange({ ...choice, action: action === 'cancel' ? 'cancel' : 'finish' })}
      >
        <Stack gap={8} mt={8}>
          <Radio
            value="finish"
            label="They finish on their version"
            description="Nothing changes for them. Only what starts from now on runs the new version."
          />
          <Radio
            value="cancel"
            label="They are cancelled"
            description={cancelWords(inFlight)}
            disabled={!can('run:operate')}
          />
        </Stack>
      </Radio.Group>
      {choice.action === 'cancel' && (
        <Checkbox
          mt="sm"
          ml={28}
          label="Take back what they did"
          description={undoWords(versions)}
          disabled={versions.every(({ undoable }) => undoable === 0)}
          checked={choice.compensate && versions.some(({ undoable }) => undoable > 0)}
          onChange={(event) => onChange({ ...choice, compensate: event.currentTarget.checked })}
        />
      )}
    </section>
  );
}

const columns: Column<RunRow>[] = [
  { key: 'run', title: 'Run', cell: (run) => <RunName run={run} /> },
  { key: 'version', title: 'Version', width: 80, cell: ({ version }) => version },
  {
    key: 'why',
    title: 'Where it stands',
    cell: (run) => (
      <>
        <RunStatusBadge status={run.status} plain />
        <Text size="xs" c="dimmed">
          {whyNotEnded(run)}
        </Text>
      </>
    ),
  },
];

function RunName({ run }: { run: RunRow }) {
  const { id: ws } = useWorkspace();
  return (
    <>
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId: run.id }} target="_blank">
        <RelativeTime at={run.createdAt} />
      </Link>
      {run.businessKey !== null && (
        <Text size="xs" c="dimmed" className="break-anywhere">
          {run.businessKey}
        </Text>
      )}
    </>
  );
}

function cancelWords({ called }: InFlight): string {
  const callers = called === 0 ? '' : ' A step of another flow that waits for one of them fails.';
  return `In the background, one after another; it can be stopped, and a cancelled run can be retried.${callers}`;
}

/** Which of the versions know how their steps are undone. */
function undoWords(versions: InFlight['versions']): string {
  const able = versions.filter(({ undoable }) => undoable > 0);
  const named = (some: InFlight['versions']): string => some.map((version) => version.number).join(', ');
  if (able.length === 0) return 'None of their steps says how it is undone: what was done stays done.';
  const steps = able.map(({ number: version, undoable }) => `${count(undoable, 'step')} of version ${version}`);
  const unable = versions.filter(({ undoable }) => undoable === 0);
  const rest = unable.length === 0 ? '' : ` What runs of version ${named(unable)} did stays done.`;
  return `The last first, where a step says how: ${steps.join(', ')}.${rest}`;
}
