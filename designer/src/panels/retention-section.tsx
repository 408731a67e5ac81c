import { type FlowHistory, mostDue } from '@castellan/api';
import { longestRetention, type Settings } from '@castellan/flow';
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useFlowHistory, useWorkspace } from '../api/index.js';
import { useEditor } from '../editor/editor-context.js';
import { NumberSetting } from '../forms/setting-fields.js';
import { bytes, count, number } from '../ui/format.js';
import { RelativeTime } from '../ui/relative-time.js';
import { Section } from './section.js';

const pointer = '/settings/retentionDays';

/** How long the runs of the flow are kept, what that means now, and how much is kept. */
export function RetentionSection({ settings }: { settings: Partial<Settings> }) {
  const { can } = useWorkspace();
  const days = settings.retentionDays;
  return (
    <Section
      title="History"
      summary={days === undefined ? 'as the workspace keeps it' : `${count(days, 'day')}`}
      pointers={[pointer]}
      initiallyOpen={days !== undefined}
    >
      <NumberSetting
        label="Days that ended runs are kept"
        help="Older runs are deleted with all their data, some each minute. Kept in any case: runs that have not ended, writes of which nobody knows the outcome, runs called by one that is kept, and the audit."
        placeholder="As the workspace keeps them"
        pointer={pointer}
        value={days}
        min={1}
        max={longestRetention}
      />
      {can('run:read') && <Meaning days={days} />}
    </Section>
  );
}

function Meaning({ days }: { days: number | undefined }) {
  const flowId = useEditor((state) => state.flowId);
  const [settled] = useDebouncedValue(days, 300);
  const valid = settled !== undefined && settled >= 1 && settled <= longestRetention ? settled : undefined;
  const { data } = useFlowHistory(flowId, valid);
  if (data === undefined) return null;
  return (
    <div aria-live="polite">
      <Text size="sm">{meaningOf(data, valid)}</Text>
      <Text size="xs" c="dimmed">
        Kept now: {count(data.runs, 'ended run')}, about {bytes(data.bytes)}, counted some minutes ago.
        {data.removedAt !== null && (
          <>
            {` ${number(data.removed)} deleted so far, the last ones `}
            <RelativeTime at={data.removedAt} />.
          </>
        )}
      </Text>
    </div>
  );
}

/** What the next sweep would do, in words. */
function meaningOf({ days, workspaceDays, due }: FlowHistory, chosen: number | undefined): string {
  if (chosen === undefined && workspaceDays === null) return 'Runs are kept for ever.';
  const runs = due >= mostDue ? `more than ${number(mostDue)} runs` : count(due, 'run');
  if (chosen === undefined)
    return `The workspace keeps runs for ${count(workspaceDays ?? 0, 'day')}: ${runs} to delete next.`;
  if (chosen === days) return `${runs} to delete next.`;
  return `Once this is published, ${due === 1 ? '1 run' : runs} would be deleted.`;
}
