import type { TriggerPoll } from '@castellan/api';
import { Button, Group, Text } from '@mantine/core';
import { RefreshCw, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { usePollNow, useWorkspace } from '../../../api/index.js';
import { useEditor } from '../../../editor/editor-context.js';
import { Facts } from '../../../ui/facts.js';
import { Failure } from '../../../ui/failure.js';
import { count, duration } from '../../../ui/format.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { StatusBadge } from '../../../ui/status-badge.js';
import { useTriggerState } from '../use-trigger-state.js';
import classes from './polls.module.css';
import { StartAgainDialog } from './start-again-dialog.js';

/** How the events of the published trigger are read: since when, what came last, when next; and to have it done now. */
export function PollSummary({ id }: { id: string }) {
  const state = useTriggerState(id);
  if (!state?.poll) return null;
  const { poll, enabled } = state;
  return (
    <section className={classes.summary} aria-label="How its events are read">
      <Text size="sm" fw={600}>
        Read from {poll.connection} every {duration(poll.everySeconds * 1_000)}
      </Text>
      <Facts room="little">
        <dt>Events since</dt>
        <dd>
          <RelativeTime at={poll.from} />
        </dd>
        <dt>Last read</dt>
        <dd>
          {poll.polledAt === null ? (
            'not yet'
          ) : (
            <>
              <RelativeTime at={poll.polledAt} />, {foundWords(poll.found)}
            </>
          )}
        </dd>
        <dt>Next</dt>
        <dd>
          <Next poll={poll} />
        </dd>
      </Facts>
      {enabled && <Orders id={id} poll={poll} />}
    </section>
  );
}

function Next({ poll }: { poll: TriggerPoll }) {
  if (poll.next === null) return 'when the flow is on again, from then on';
  if (poll.underWay) return <StatusBadge look="running" word="Being read" plain />;
  return (
    <>
      <RelativeTime at={poll.next} />
      {poll.failing !== null && `, after ${count(poll.failing.count, 'failed try', 'failed tries')}`}
    </>
  );
}

function foundWords(found: number | null): string {
  return found ? `${count(found, 'new event')}` : 'nothing new';
}

/** To read now, and to read again what was read before. */
function Orders({ id, poll }: { id: string; poll: TriggerPoll }) {
  const { can } = useWorkspace();
  const flowId = useEditor((state) => state.flowId);
  const now = usePollNow();
  const [starting, setStarting] = useState(false);
  return (
    <>
      <Group gap="xs">
        {can('flow:run') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={now.isPending}
            disabled={poll.underWay}
            onClick={() => now.mutate({ flowId, trigger: id })}
          >
            Read now
          </Button>
        )}
        {can('flow:publish') && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<RotateCcw size={14} aria-hidden />}
            onClick={() => setStarting(true)}
          >
            Start again from …
          </Button>
        )}
      </Group>
      {now.error !== null && <Failure what="Nothing was read" error={now.error} />}
      {starting && (
        <StartAgainDialog trigger={{ flowId, trigger: id }} poll={poll} onClose={() => setStarting(false)} />
      )}
    </>
  );
}
