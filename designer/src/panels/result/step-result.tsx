import type { Pin as PinRow, StepRow } from '@castellan/api';
import { pinPorts } from '@castellan/flow';
import { Button, Group, Select, Tabs, Text, Tooltip } from '@mantine/core';
import { Pin, Play } from 'lucide-react';
import { useState } from 'react';
import { usePinOutput, usePins, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { showItem } from '../../editor/editor-store.js';
import type { StepPlace } from '../../editor/outline.js';
import { StepStatusBadge, stepStatus } from '../../status/statuses.js';
import { Duration } from '../../ui/duration.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Tag } from '../../ui/tag.js';
import { meaningOf, remedyOf } from '../run/failure-words.js';
import { RunValue } from '../run/run-value.js';
import { itemWords } from '../run/timeline.js';
import { useTrial } from '../trial/trial.js';
import { PinnedOutput } from './pinned-output.js';
import classes from './result.module.css';
import { NotRunYet, RunLine } from './run-line.js';
import { useStepRows } from './shown-run.js';

interface StepResultProps {
  place: StepPlace;
  /** The run that is shown; null before the first. */
  runId: string | null;
}

/** What became of a step in the run that is shown, running it alone, and pinning what it gave. */
export function StepResult({ place, runId }: StepResultProps) {
  const pin = usePins(useEditor((state) => state.flowId)).find(({ stepId }) => stepId === place.id);
  return (
    <div className={classes.result}>
      {runId === null ? (
        <>
          <Actions place={place} runId={null} row={undefined} pin={pin} />
          <NotRunYet />
        </>
      ) : (
        <RowsOfStep key={runId} place={place} runId={runId} pin={pin} />
      )}
    </div>
  );
}

function RowsOfStep({ place, runId, pin }: { place: StepPlace; runId: string; pin: PinRow | undefined }) {
  const store = useEditorStore();
  const { rows, isPending } = useStepRows(runId, place.id);
  const items = useEditor((state) => state.items);
  const wanted = place.loops.map((loop) => items[loop] ?? 0).join('.');
  const row = rows?.find(({ iteration }) => iteration === wanted) ?? rows?.at(-1);
  const choose = (iteration: string) => {
    for (const [depth, index] of iteration.split('.').entries()) {
      const loop = place.loops[depth];
      if (loop !== undefined) showItem(store, loop, Number(index));
    }
  };
  return (
    <>
      <Actions place={place} runId={runId} row={row} pin={pin} />
      <RunLine runId={runId} step={place.id} />
      {rows !== undefined && rows.length > 1 && (
        <Select
          size="xs"
          aria-label="Item"
          data={rows.map((each) => ({
            value: each.iteration,
            label: `Item ${itemWords(each.iteration)} · ${stepStatus(each).word.toLowerCase()}`,
          }))}
          value={row?.iteration ?? null}
          searchable
          allowDeselect={false}
          limit={200}
          onChange={(iteration) => iteration !== null && choose(iteration)}
        />
      )}
      {row === undefined ? (
        !isPending && (
          <Text size="sm" c="dimmed">
            The step did not run there.
          </Text>
        )
      ) : (
        <Values runId={runId} row={row} />
      )}
    </>
  );
}

interface ActionsProps {
  place: StepPlace;
  runId: string | null;
  row: StepRow | undefined;
  pin: PinRow | undefined;
}

/** Runs the step alone, and pins what it gave. */
function Actions({ place, runId, row, pin }: ActionsProps) {
  const { can } = useWorkspace();
  const { start, busy, failure } = useTrial();
  const pinOutput = usePinOutput(useEditor((state) => state.flowId));
  const settled = row !== undefined && (row.status === 'succeeded' || row.status === 'failed');
  const port = row?.port ?? undefined;
  // Of a large output only the beginning is here.
  const isWhole = row?.large?.output === undefined;
  const pinnable = row?.status === 'succeeded' && isWhole && port !== undefined && pinPorts(place.step).includes(port);
  if (!can('flow:write')) return pin && <PinnedOutput pin={pin} place={place} />;
  const runAlone = () =>
    start({
      step: place.id,
      ...(runId === null ? {} : { fromRun: runId }),
      ...(row === undefined || row.iteration === '' ? {} : { iteration: row.iteration }),
    });
  return (
    <>
      <Group gap="xs">
        <Tooltip label="Only this step runs; what stands before it is taken from the run below, or from pins">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Play size={14} />}
            loading={busy}
            onClick={runAlone}
          >
            {settled ? 'Run this step again' : 'Run this step'}
          </Button>
        </Tooltip>
        {pinnable && row.kind !== 'pinned' && (
          <Tooltip label="In tests the step then gives this output and does nothing">
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Pin size={14} />}
              loading={pinOutput.isPending}
              onClick={() =>
                pinOutput.mutate({ step: place.id, output: row.output, port, ...(runId && { fromRun: runId }) })
              }
            >
              {pin === undefined ? 'Pin this output' : 'Pin this instead'}
            </Button>
          </Tooltip>
        )}
      </Group>
      {failure?.step === place.id && <Failure what="The step was not run" error={failure.error} />}
      {pin !== undefined && <PinnedOutput pin={pin} place={place} />}
      {pinOutput.error !== null && <Failure what="The output was not pinned" error={pinOutput.error} />}
    </>
  );
}

function Values({ runId, row }: { runId: string; row: StepRow }) {
  const [tab, setTab] = useState<string | null>('output');
  return (
    <>
      <Text size="sm" component="div" className={classes.line}>
        <StepStatusBadge step={row} />
        {row.kind === 'pinned' && <Tag icon={Pin}>Pinned</Tag>}
        {row.startedAt !== null && row.kind !== 'pinned' && <Duration from={row.startedAt} to={row.endedAt} />}
        {row.attempts > 1 && <span>{count(row.attempts, 'attempt')}</span>}
        {row.port !== null && row.port !== 'out' && <span>left by {row.port}</span>}
        {row.count !== null && <span>{count(row.count, 'item')}</span>}
      </Text>
      {row.error !== null && (
        <div className={classes.error} role="alert">
          <Text size="sm" className="break-anywhere">
            {row.error.message}
          </Text>
          <Text size="sm">{meaningOf(row.error)}</Text>
          <Text size="sm">{remedyOf(row.error)}</Text>
        </div>
      )}
      <Tabs value={tab} onChange={setTab} keepMounted={false} classNames={{ panel: classes.value ?? '' }}>
        <Tabs.List>
          <Tabs.Tab value="input">Input</Tabs.Tab>
          <Tabs.Tab value="output">Output</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="input">
          <RunValue label="Input" value={row.input} of={{ runId, ...row }} part="input" large={row.large} />
        </Tabs.Panel>
        <Tabs.Panel value="output">
          <RunValue label="Output" value={row.output} of={{ runId, ...row }} part="output" large={row.large} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
