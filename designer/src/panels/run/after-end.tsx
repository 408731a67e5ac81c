import type { RunRow, StepState } from '@castellan/api';
import { type Draft, isAfter, stepPlaces, undoOf } from '@castellan/flow';
import { Anchor, Text } from '@mantine/core';
import { CircleDot } from 'lucide-react';
import type { ReactNode } from 'react';
import { connectorOfSlot, useCatalog } from '../../editor/catalog.js';
import { stepStatus } from '../../status/statuses.js';
import { stateIcons } from '../../ui/status-badge.js';
import { afterLines, leftDone } from './after-words.js';
import classes from './run.module.css';
import { RunLink } from './run-link.js';
import { stepTitle } from './step-title.js';

interface AfterEndProps {
  run: RunRow;
  draft: Draft;
  states: StepState[];
  onChoose: (stepId: string, iteration: string) => void;
}

/** What was taken back and what could not be, who was told and what was started, once the run had failed or was cancelled. */
export function AfterEnd({ run, draft, states, onChoose }: AfterEndProps) {
  const catalog = useCatalog();
  const names = { step: (id: string) => stepTitle(draft, id), system: (id: string) => systemOf(draft, id) };
  const lines = afterLines(states, names);
  if (lines.length === 0 && run.ending === null) return null;
  const places = new Map(stepPlaces(draft).map(({ id, step }) => [id, step]));
  const writes = (id: string): boolean => {
    const step = places.get(id);
    const operations = connectorOfSlot(catalog, draft.connections, step?.connection)?.operations ?? [];
    return operations.some((one) => one.id === step?.operation && one.effect !== 'read');
  };
  return (
    <section aria-label="After the end">
      <Text size="sm" fw={600} mb={4}>
        After the end
      </Text>
      {run.ending !== null && (
        <Text size="sm" mb={4}>
          {endingWords[run.ending.status]}
        </Text>
      )}
      <ul className={classes.after}>
        {lines.map(({ state, sentence }) => (
          <Line key={`${state.stepId} ${state.iteration}`} icon={<StateIcon state={state} />}>
            {sentence}{' '}
            <Anchor
              component="button"
              type="button"
              size="sm"
              aria-label={`Details of ${stepTitle(draft, state.stepId)}`}
              onClick={() => onChoose(state.stepId, state.iteration)}
            >
              Details
            </Anchor>
            {state.childRunId !== null && (
              <>
                {' · '}
                <RunLink runId={state.childRunId}>Open its run</RunLink>
              </>
            )}
          </Line>
        ))}
        {leftDone(draft, states, writes).map((id) => (
          <Line key={id} icon={<CircleDot size={16} color="var(--state-neutral)" aria-hidden />}>
            “{stepTitle(draft, id)}” stays done: the step does not say how it is undone.
          </Line>
        ))}
      </ul>
    </section>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li>
      {icon}
      <Text size="sm" span className="break-anywhere">
        {children}
      </Text>
    </li>
  );
}

function StateIcon({ state }: { state: StepState }) {
  const { look, icon: Icon = stateIcons[look] } = stepStatus(state);
  return <Icon size={16} color={`var(--state-${look})`} aria-hidden />;
}

/** The connection that a step after the end goes to, by its title in the flow. */
function systemOf(draft: Draft, id: string): string {
  const slot = isAfter(id) && id.startsWith(undoOf('')) ? slotOfUndo(draft, id) : notifySlot(draft);
  const title = typeof slot === 'string' ? draft.connections?.[slot]?.title : undefined;
  return title ?? (typeof slot === 'string' ? slot : 'the system');
}

function slotOfUndo(draft: Draft, id: string): unknown {
  const step = stepPlaces(draft).find((place) => place.id === id.slice(undoOf('').length))?.step;
  const own = typeof step?.undo === 'object' && step.undo !== null ? step.undo : {};
  return 'connection' in own ? own.connection : step?.connection;
}

function notifySlot(draft: Draft): unknown {
  const notify = draft.settings?.onFailure?.notify;
  return typeof notify === 'object' && notify !== null ? notify.connection : undefined;
}

const endingWords = {
  succeeded: 'The run is about to end.',
  failed: 'The run has failed. It ends once this is done; a cancel does not stop it.',
  cancelled: 'The run was cancelled. It ends once this is done; a second cancel does not stop it.',
};
