import { writesOf } from '@castellan/flow';
import { Button, Group, SegmentedControl, Select, Stack, Switch, Text, UnstyledButton } from '@mantine/core';
import { Play } from 'lucide-react';
import { useMemo } from 'react';
import { usePins } from '../../api/index.js';
import { useCatalog } from '../../editor/catalog.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { goTo, type TryOut } from '../../editor/editor-store.js';
import { outlineOf, titleOf } from '../../editor/outline.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import classes from '../panels.module.css';
import { SidePanel } from '../side-panel.js';
import { PlanDraft } from './plan-draft.js';
import { chosenTrigger, startsWith, testRequest } from './request.js';
import { GivenData, PastDelivery, PastRun } from './starting-data.js';
import { useTrial } from './trial.js';
import { WriteList } from './write-list.js';

/** Tries the draft out as it stands: with which data, what stands in, what it would change. */
export function TestPanel() {
  const store = useEditorStore();
  const draft = useEditor((state) => state.flow);
  const tryOut = useEditor((state) => state.tryOut);
  const { failure } = useTrial();
  const set = (change: Partial<TryOut>) => store.setState((state) => ({ tryOut: { ...state.tryOut, ...change } }));
  const chosen = chosenTrigger(draft, tryOut.trigger);
  return (
    <SidePanel
      label="Test"
      head={<strong>Test the draft</strong>}
      onClose={() => store.setState({ side: null })}
      foot={chosen !== undefined && <Start />}
    >
      {chosen === undefined ? (
        <Text size="sm">Add a trigger first: a run begins with one.</Text>
      ) : (
        <Stack gap="md">
          <Text size="xs" c="dimmed">
            The draft runs once as it stands, published or not. The run is marked as a test.
          </Text>
          {tryOut.from !== 'run' && <TriggerChoice trigger={chosen[0]} set={set} />}
          <DataChoice kind={startsWith(chosen[1])} tryOut={tryOut} set={set} />
          {tryOut.from === 'given' && <GivenData id={chosen[0]} trigger={chosen[1]} tryOut={tryOut} set={set} />}
          {tryOut.from === 'run' && <PastRun tryOut={tryOut} set={set} />}
          {tryOut.from === 'delivery' && <PastDelivery tryOut={tryOut} set={set} />}
          <Pinned tryOut={tryOut} set={set} />
          <Changes />
          {failure?.step === null && <Failure what="The test did not start" error={failure.error} />}
        </Stack>
      )}
    </SidePanel>
  );
}

/** Starts it, or says what stands in the way. */
function Start() {
  const store = useEditorStore();
  const draft = useEditor((state) => state.flow);
  const tryOut = useEditor((state) => state.tryOut);
  const errors = useEditor((state) => state.problems.filter(({ severity }) => severity === 'error').length);
  const { start, busy } = useTrial();
  const request = testRequest(draft, tryOut);
  return (
    <footer className={classes.sideFoot}>
      {errors > 0 && (
        <Text size="sm" className={classes.error} role="alert">
          {errors === 1 ? 'One problem stands' : `${errors} problems stand`} in the way.{' '}
          <UnstyledButton className={classes.textButton} onClick={() => store.setState({ side: 'problems' })}>
            Show {errors === 1 ? 'it' : 'them'}
          </UnstyledButton>
        </Text>
      )}
      <Group gap="xs">
        <Button
          leftSection={<Play size={14} aria-hidden />}
          disabled={request === undefined || errors > 0}
          loading={busy}
          onClick={() => request !== undefined && start(request)}
        >
          Run the draft
        </Button>
        <PlanDraft request={request} disabled={errors > 0} />
      </Group>
    </footer>
  );
}

type Set = (change: Partial<TryOut>) => void;

function TriggerChoice({ trigger, set }: { trigger: string; set: Set }) {
  const draft = useEditor((state) => state.flow);
  const triggers = [...outlineOf(draft).places.values()].filter((place) => place.type === 'trigger');
  if (triggers.length < 2) return null;
  return (
    <Select
      label="Started by"
      data={triggers.map((place) => ({ value: place.id, label: titleOf(place) }))}
      value={trigger}
      allowDeselect={false}
      onChange={(next) => set({ trigger: next })}
    />
  );
}

function DataChoice({ kind, tryOut, set }: { kind: ReturnType<typeof startsWith>; tryOut: TryOut; set: Set }) {
  const ways = [
    { value: 'given', label: kind === 'body' ? 'A sample' : kind === 'input' ? 'An input' : 'Now' },
    { value: 'run', label: 'A past run' },
    ...(kind === 'body' ? [{ value: 'delivery', label: 'A past delivery' }] : []),
  ];
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        With
      </Text>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="What the run starts with"
        data={ways}
        value={tryOut.from === 'delivery' && kind !== 'body' ? 'given' : tryOut.from}
        onChange={(from) => set({ from: from as TryOut['from'] })}
      />
    </div>
  );
}

function Pinned({ tryOut, set }: { tryOut: TryOut; set: Set }) {
  const store = useEditorStore();
  const draft = useEditor((state) => state.flow);
  const pins = usePins(useEditor((state) => state.flowId));
  const { places } = outlineOf(draft);
  const pinned = pins.flatMap(({ stepId }) => places.get(stepId) ?? []);
  if (pinned.length === 0) return null;
  return (
    <div>
      <Switch
        label={`Use ${count(pinned.length, 'pinned output')}`}
        checked={tryOut.pins}
        onChange={(event) => set({ pins: event.currentTarget.checked })}
      />
      <ul className={classes.writeList} aria-label="Pinned steps">
        {pinned.map((place) => (
          <li key={place.id}>
            <UnstyledButton
              className={classes.textButton}
              onClick={() => goTo(store, { id: place.id, pointer: place.pointer })}
            >
              {titleOf(place)}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** In words, before it starts. */
function Changes() {
  const draft = useEditor((state) => state.flow);
  const usesPins = useEditor((state) => state.tryOut.pins);
  const pins = usePins(useEditor((state) => state.flowId));
  const catalog = useCatalog();
  const writes = useMemo(() => {
    if (catalog === undefined) return undefined;
    const pinned = new Set(usesPins ? pins.map(({ stepId }) => stepId) : []);
    return writesOf(draft, catalog, { pinned });
  }, [draft, catalog, pins, usesPins]);
  return writes === undefined ? null : <WriteList writes={writes} />;
}
