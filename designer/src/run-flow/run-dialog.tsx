import type { FlowRow, TriggerState } from '@castellan/api';
import type { Problem } from '@castellan/flow';
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ClipboardList, Play } from 'lucide-react';
import { useState } from 'react';
import {
  type ApiError,
  useFlows,
  useMakePlan,
  useMe,
  useRunFlow,
  useTriggerStates,
  useWorkspace,
} from '../api/index.js';
import { isObject } from '../editor/is-object.js';
import { useShowPlan } from '../plans/use-show-plan.js';
import { Failure } from '../ui/failure.js';
import { capital, words } from '../ui/format.js';
import { firstInput, rememberedInput, rememberInput } from './remembered-input.js';
import { RunInput } from './run-input.js';

type RunnableFlow = Pick<FlowRow, 'id' | 'name' | 'published' | 'changed'>;

interface RunDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Left out: the person chooses among the published flows. */
  flow?: RunnableFlow;
  /** The trigger to begin with; else the one that a person starts. */
  trigger?: string;
  /** Left out: the page of the run is opened. */
  onStarted?: (runId: string) => void;
  /** Only a plan is made, nothing is run. */
  plans?: boolean;
}

/** Starts a run of a published flow by hand, with what its trigger asks for. */
export function RunDialog({ opened, onClose, flow, trigger, onStarted, plans = false }: RunDialogProps) {
  const [chosen, setChosen] = useState<RunnableFlow | null>(null);
  const running = flow ?? chosen;
  const navigate = useNavigate();
  const { id: ws } = useWorkspace();
  const started = onStarted ?? ((runId: string) => void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId } }));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={flow === undefined ? 'Run a flow' : `${plans ? 'Plan' : 'Run'} ${flow.name}`}
      size="lg"
    >
      <Stack gap="md">
        {flow === undefined && <FlowChoice chosen={chosen} onChoose={setChosen} />}
        {running !== null && (
          <RunForm
            key={running.id}
            flow={running}
            trigger={trigger}
            plans={plans}
            onStarted={(runId) => {
              onClose();
              started(runId);
            }}
          />
        )}
      </Stack>
    </Modal>
  );
}

function FlowChoice({ chosen, onChoose }: { chosen: RunnableFlow | null; onChoose: (flow: RunnableFlow) => void }) {
  const flows = (useFlows().data ?? []).filter(({ published }) => published !== null);
  return (
    <Select
      label="Flow"
      placeholder={flows.length === 0 ? 'No flow is published yet' : 'Choose a flow'}
      data={flows.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen?.id ?? null}
      searchable
      allowDeselect={false}
      data-autofocus
      onChange={(id) => {
        const flow = flows.find((each) => each.id === id);
        if (flow) onChoose(flow);
      }}
    />
  );
}

function RunForm({
  flow,
  trigger: wanted,
  plans,
  onStarted,
}: {
  flow: RunnableFlow;
  trigger: string | undefined;
  plans: boolean;
  onStarted: (runId: string) => void;
}) {
  const states = useTriggerStates(flow.id, flow.published !== null);
  const triggers = states.data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const usual = triggers.find(({ id }) => id === wanted) ?? triggers.find(({ kind }) => kind === 'manual');
  const trigger = triggers.find(({ id }) => id === chosen) ?? usual ?? triggers[0];
  if (flow.published === null) return <Text size="sm">Publish the flow first: a run is of a published version.</Text>;
  if (states.error) return <Failure what="The triggers cannot be read" error={states.error} />;
  if (trigger === undefined) return null;
  return (
    <>
      {triggers.length > 1 && (
        <Select
          label="Started by"
          data={triggers.map(({ id, title, kind }) => ({
            value: id,
            label: `${title} (${words(kind).toLowerCase()})`,
          }))}
          value={trigger.id}
          allowDeselect={false}
          onChange={setChosen}
        />
      )}
      <InputForm key={trigger.id} flow={flow} trigger={trigger} plans={plans} onStarted={onStarted} />
    </>
  );
}

function InputForm({
  flow,
  trigger,
  plans,
  onStarted,
}: {
  flow: RunnableFlow;
  trigger: TriggerState;
  plans: boolean;
  onStarted: (runId: string) => void;
}) {
  const run = useRunFlow(flow.id);
  const plan = useMakePlan(flow.id);
  const showPlan = useShowPlan();
  const place = { userId: useMe().user.id, flowId: flow.id, triggerId: trigger.id };
  const [input, setInput] = useState<unknown>(() => {
    const remembered = rememberedInput(place);
    return isObject(trigger.input?.properties) ? firstInput(trigger.input, remembered) : remembered;
  });
  const start = () =>
    run.mutate(
      { trigger: trigger.id, ...(trigger.kind === 'schedule' ? {} : { input }) },
      {
        onSuccess: ({ runId }) => {
          rememberInput(place, input);
          onStarted(runId);
        },
      },
    );
  const makePlan = () => {
    const given = trigger.kind === 'webhook' || trigger.kind === 'connector' ? { body: input } : { input };
    plan.mutate(
      { trigger: trigger.id, ...(trigger.kind === 'schedule' ? {} : given) },
      {
        onSuccess: ({ planId }) => {
          rememberInput(place, input);
          showPlan(planId);
        },
      },
    );
  };
  const error = run.error ?? plan.error;
  const problems = problemsOf(error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (plans) makePlan();
        else start();
      }}
    >
      <Stack gap="md">
        <RunInput trigger={trigger} value={input} problems={problems} onChange={setInput} />
        {error !== null && problems.every(({ pointer }) => pointer === '') && (
          <Failure what={run.error === null ? 'The plan was not made' : 'The run was not started'} error={error} />
        )}
        <Group justify="space-between" gap="sm">
          <Text size="xs" c="dimmed">
            {plans ? 'It looks at' : 'It runs'} version {flow.published}
            {flow.changed ? ', without the changes of the draft since then.' : '.'}
          </Text>
          <Group gap="xs">
            <Button
              type={plans ? 'submit' : 'button'}
              variant={plans ? 'filled' : 'default'}
              leftSection={<ClipboardList size={16} aria-hidden />}
              loading={plan.isPending}
              onClick={plans ? undefined : makePlan}
            >
              Plan
            </Button>
            {!plans && (
              <Button type="submit" leftSection={<Play size={16} aria-hidden />} loading={run.isPending}>
                Run
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** What the server says of single fields, with their places in the form. */
function problemsOf(error: ApiError | null): Problem[] {
  const { problems } = isObject(error?.details) ? error.details : {};
  if (!Array.isArray(problems)) return [];
  return problems.filter(isObject).map(({ pointer, message }) => ({
    severity: 'error',
    code: 'input',
    pointer: String(pointer).replace(/^\/input/, ''),
    message: capital(`${String(message)}.`),
  }));
}
