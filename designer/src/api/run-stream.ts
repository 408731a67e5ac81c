import { type RunRow, routes, type StepState } from '@castellan/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addressOf } from './client.js';
import { openStream } from './stream.js';
import { useWorkspace } from './workspace.js';
import { holdRunStream, tellConnected } from './workspace-stream.js';

/** A run as its stream tells it. */
export interface LiveRun {
  /** Null until the first message. */
  run: RunRow | null;
  /** By {@link stepKey}. */
  steps: ReadonlyMap<string, StepState>;
  /** The run is over and the stream with it. */
  ended: boolean;
  /** False while the connection is broken: what is shown may be old. */
  connected: boolean;
}

const empty: LiveRun = { run: null, steps: new Map(), ended: false, connected: false };

/** A step of a run is known by its id and its iteration ("" outside loops). */
export function stepKey(step: { stepId: string; iteration: string }): string {
  return `${step.stepId}@${step.iteration}`;
}

/** Follows a run: its row and the states of its steps, until it ends. */
export function useRunEvents(runId: string | null): LiveRun {
  const ws = useWorkspace().id;
  const client = useQueryClient();
  const [live, setLive] = useState(empty);
  useEffect(() => {
    setLive(empty);
    if (runId === null) return;
    const release = holdRunStream();
    const close = openStream(
      addressOf(routes.runs.events.path, { ws, id: runId }),
      {
        run: (data) => setLive((now) => withRun(now, data as RunRow)),
        step: (data) => setLive((now) => withSteps(now, listOf(data))),
        end: () => {
          setLive((now) => ({ ...now, ended: true }));
          stop();
          for (const feature of ['runs', 'approvals']) void client.invalidateQueries({ queryKey: [feature, ws] });
        },
      },
      {
        onConnected(connected) {
          tellConnected(connected);
          setLive((now) => ({ ...now, connected }));
        },
      },
    );
    let stopped = false;
    function stop() {
      if (stopped) return;
      stopped = true;
      close();
      release();
    }
    return stop;
  }, [client, ws, runId]);
  return live;
}

/** A message that was overtaken (by a snapshot after a break) changes nothing: `seq` only grows. */
export function withRun(live: LiveRun, run: RunRow): LiveRun {
  if (live.run !== null && run.seq < live.run.seq) return live;
  return { ...live, run };
}

export function withSteps(live: LiveRun, states: StepState[]): LiveRun {
  const steps = new Map(live.steps);
  for (const state of states) {
    const known = steps.get(stepKey(state));
    if (known === undefined || state.seq >= known.seq) steps.set(stepKey(state), state);
  }
  return { ...live, steps };
}

function listOf(data: unknown): StepState[] {
  return (Array.isArray(data) ? data : [data]) as StepState[];
}
