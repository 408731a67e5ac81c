import type { LargeParts, RetryPlace } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Center, Loader, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useRun, useRunEvents, useWorkspace } from '../api/index.js';
import { runOverlay } from '../canvas/run-overlay.js';
import panels from '../panels/panels.module.css';
import { EventsTab } from '../panels/run/events-tab.js';
import { Overview } from '../panels/run/overview.js';
import { RetryDialog, usualPlace } from '../panels/run/retry/retry-dialog.js';
import { RunCanvas } from '../panels/run/run-canvas.js';
import { RunHeader } from '../panels/run/run-header.js';
import { isOver } from '../panels/run/run-state.js';
import { StepsTab } from '../panels/run/steps-tab.js';
import { Timeline } from '../panels/run/timeline.js';
import { SidePanel } from '../panels/side-panel.js';
import { Failure } from '../ui/failure.js';
import { Page } from '../ui/page.js';

const route = getRouteApi('/w/$ws/runs/$runId');

/** One run, live: the canvas with what became of each step, its story, its steps, its history, its timeline. */
export function RunPage() {
  const { runId } = route.useParams();
  const { data, error, refetch } = useRun(runId);
  const live = useRunEvents(runId);
  const name = data?.flowName;
  useEffect(() => {
    if (name !== undefined) document.title = `Run of ${name} · Castellan`;
  }, [name]);
  if (data === undefined) {
    return error === null ? (
      <Center h="100%">
        <Loader aria-label="Opening the run" />
      </Center>
    ) : (
      <Page title="Run">
        <Failure what="The run cannot be opened" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const { flow, triggerData, large, ...row } = data;
  // What was read last, by the stream or, after a change of an ended run, by the page.
  const run = live.run !== null && live.run.seq >= row.seq ? live.run : row;
  return <OpenRun run={run} draft={flow as Draft} triggerData={triggerData} large={large} live={live} />;
}

interface OpenRunProps {
  run: Parameters<typeof RunHeader>[0]['run'];
  draft: Draft;
  triggerData: unknown;
  large: LargeParts;
  live: ReturnType<typeof useRunEvents>;
}

function OpenRun({ run, draft, triggerData, large, live }: OpenRunProps) {
  const { step, iteration, tab = step === undefined ? 'overview' : 'steps' } = route.useSearch();
  const navigate = route.useNavigate();
  const { steps } = live;
  const chosen = useMemo(() => {
    if (step === undefined) return null;
    // Without an item in the address, the one that the canvas shows.
    const shown = () => runOverlay({ draft, triggerId: null, steps, chosen: {} }).states.get(step)?.iteration;
    return { stepId: step, iteration: iteration ?? shown() ?? '' };
  }, [step, iteration, draft, steps]);
  const choose = (stepId: string | null, item = '') => {
    if (stepId === null)
      void navigate({ search: (now) => ({ ...now, step: undefined, iteration: undefined }), replace: true });
    else void navigate({ search: { step: stepId, iteration: item, tab: 'steps' }, replace: true });
  };
  const [retry, setRetry] = useState<RetryPlace | null>(null);
  const mayRetry =
    useWorkspace().can('run:operate') &&
    isOver(run) &&
    run.clearedAt === null &&
    (run.mode === 'live' || run.mode === 'test');
  const onRetry = mayRetry ? setRetry : undefined;
  const seq = Math.max(run.seq, ...[...steps.values()].map((state) => state.seq));
  return (
    <div className={panels.editor}>
      <RunHeader
        run={run}
        draft={draft}
        connected={live.connected}
        onRetry={onRetry && (() => onRetry(usualPlace(run)))}
      />
      <div className={panels.workbench}>
        <RunCanvas run={run} draft={draft} steps={steps} chosen={chosen} onChoose={choose} />
        <SidePanel label="Run">
          <Tabs
            value={tab}
            onChange={(next) => void navigate({ search: (now) => ({ ...now, tab: next ?? undefined }), replace: true })}
            keepMounted={false}
            classNames={{ panel: panels.tab ?? '' }}
          >
            <Tabs.List>
              <Tabs.Tab value="overview">Overview</Tabs.Tab>
              <Tabs.Tab value="steps">Steps</Tabs.Tab>
              <Tabs.Tab value="events">Events</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="overview">
              <Overview
                run={run}
                draft={draft}
                triggerData={triggerData}
                large={large}
                steps={steps}
                onChoose={choose}
                onRetry={onRetry}
              />
            </Tabs.Panel>
            <Tabs.Panel value="steps">
              <StepsTab
                runId={run.id}
                draft={draft}
                steps={steps}
                chosen={chosen}
                onChoose={choose}
                onRetry={onRetry}
              />
            </Tabs.Panel>
            <Tabs.Panel value="events">
              <EventsTab runId={run.id} seq={seq} />
            </Tabs.Panel>
          </Tabs>
        </SidePanel>
      </div>
      {run.startedAt !== null && (
        <Timeline
          draft={draft}
          startedAt={run.startedAt}
          endedAt={run.endedAt}
          steps={steps}
          chosen={step}
          onChoose={choose}
        />
      )}
      <RetryDialog run={run} draft={draft} place={retry} onClose={() => setRetry(null)} />
    </div>
  );
}
