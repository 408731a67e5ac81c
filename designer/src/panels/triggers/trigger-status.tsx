import type { TriggerState } from '@castellan/api';
import { Group, Switch, Text } from '@mantine/core';
import { useSwitchFlow, useWorkspace } from '../../api/index.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { RelativeTime } from '../../ui/relative-time.js';
import classes from './trigger-status.module.css';
import { useTriggerState } from './use-trigger-state.js';

/** How the trigger of the published version stands: on or off, what is wrong with it and what helps. */
export function TriggerStatus({ id }: { id: string }) {
  const row = useFlowRow();
  const state = useTriggerState(id);
  if (row === undefined) return null;
  if (state === undefined) {
    return row.published === null ? (
      <Text size="sm" c="dimmed">
        It starts nothing before the flow is published.
      </Text>
    ) : null;
  }
  return (
    <section className={classes.status} aria-label="State of the trigger">
      <OnOff flowId={row.id} state={state} />
      {state.problems.map(({ code, message, remedy }) => (
        <ErrorPanel key={code} what={message} next={remedy} />
      ))}
    </section>
  );
}

/** All triggers of a flow are switched together. */
function OnOff({ flowId, state }: { flowId: string; state: TriggerState }) {
  const { can } = useWorkspace();
  const change = useSwitchFlow();
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <Text size="sm">
        {state.enabled ? (
          <>
            On, since <RelativeTime at={state.since} />
          </>
        ) : (
          'Off: the flow’s triggers start nothing'
        )}
      </Text>
      {can('flow:publish') && (
        <Switch
          size="sm"
          aria-label="All triggers of this flow"
          checked={state.enabled}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ id: flowId, on: event.currentTarget.checked })}
        />
      )}
    </Group>
  );
}
