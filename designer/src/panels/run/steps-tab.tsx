import type { RetryPlace, StepState } from '@castellan/api';
import { type Draft, isAfter } from '@castellan/flow';
import { Anchor, UnstyledButton } from '@mantine/core';
import { useMemo } from 'react';
import { StateIcon } from '../../canvas/state-icon.js';
import { outlineOf } from '../../editor/outline.js';
import { Duration } from '../../ui/duration.js';
import panels from '../panels.module.css';
import { byItem } from './item-page.js';
import classes from './run.module.css';
import { StepDetail } from './step-detail.js';
import { stepTitle } from './step-title.js';

interface StepsTabProps {
  runId: string;
  draft: Draft;
  steps: ReadonlyMap<string, StepState>;
  chosen: { stepId: string; iteration: string } | null;
  onChoose: (stepId: string | null, iteration?: string) => void;
  /** Does the run again from a place; left out where nobody may. */
  onRetry?: (place: RetryPlace) => void;
}

/** All steps with their states; the chosen one with its values. */
export function StepsTab({ runId, draft, steps, chosen, onChoose, onRetry }: StepsTabProps) {
  const byStep = useMemo(() => {
    const groups = new Map<string, StepState[]>();
    for (const state of steps.values()) groups.set(state.stepId, [...(groups.get(state.stepId) ?? []), state]);
    for (const [id, states] of groups) groups.set(id, states.toSorted(byItem));
    return groups;
  }, [steps]);
  if (chosen !== null) {
    const all = byStep.get(chosen.stepId) ?? [];
    const state = all.find(({ iteration }) => iteration === chosen.iteration) ?? all[0];
    return (
      <div className={panels.form}>
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onChoose(null)}>
          ‹ All steps
        </Anchor>
        <h2 className={classes.stepTitle}>{stepTitle(draft, chosen.stepId)}</h2>
        {state === undefined ? (
          <p className={classes.soft}>It has not begun.</p>
        ) : (
          <StepDetail
            runId={runId}
            state={state}
            all={all}
            onChoose={(iteration) => onChoose(chosen.stepId, iteration)}
            onRetry={onRetry}
          />
        )}
      </div>
    );
  }
  const places = [...outlineOf(draft).places.values()].filter((place) => place.type === 'step');
  const after = [...byStep.keys()].filter(isAfter).map((id) => ({ id, loops: [] }));
  return (
    <ul className={panels.list}>
      {[...places, ...after].map((place) => {
        const states = byStep.get(place.id) ?? [];
        const worst = states.find(({ status }) => status === 'failed' || status === 'unknown') ?? states.at(-1);
        return (
          <li key={place.id} style={{ paddingInlineStart: place.loops.length * 16 }}>
            <UnstyledButton className={panels.line} onClick={() => onChoose(place.id, worst?.iteration ?? '')}>
              <StateIcon step={worst ?? { status: 'pending' }} />
              <span className={classes.stepName}>{stepTitle(draft, place.id)}</span>
              <span className={classes.soft}>
                {states.length > 1
                  ? `×${states.length}`
                  : worst?.startedAt != null && <Duration from={worst.startedAt} to={worst.endedAt} />}
              </span>
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}
