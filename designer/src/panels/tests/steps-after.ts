import {
  type Draft,
  failureFlow,
  failureNotify,
  isAfter,
  type StepExpectation,
  titleAfter,
  undoOf,
} from '@castellan/flow';
import { useEditor } from '../../editor/editor-context.js';
import { outlineOf, titleOf } from '../../editor/outline.js';

/** A step that may follow the end of a run. */
export interface StepAfter {
  id: string;
  title: string;
  /** It calls a system, and so may be expected as a call. */
  calls: boolean;
  isRepeated: boolean;
}

/** What may follow a failure of the flow: what is taken back, who is told, which flow is started. */
export function stepsAfter(draft: Draft): StepAfter[] {
  const { places } = outlineOf(draft);
  const undos = [...places.values()].flatMap((place) => {
    if (place.type !== 'step' || place.step.kind !== 'action' || place.step.undo === undefined) return [];
    const id = undoOf(place.id);
    return [{ id, title: titleIn(draft, id), calls: true, isRepeated: place.loops.length > 0 }];
  });
  const { notify, flow } = draft.settings?.onFailure ?? {};
  const ids = [...(notify === undefined ? [] : [failureNotify]), ...(flow === undefined ? [] : [failureFlow])];
  const others = ids.map((id) => ({ id, title: titleIn(draft, id), calls: id === failureNotify, isRepeated: false }));
  return [...undos, ...others];
}

/** How a step is called, be it one that follows the end; its id where the flow does not have it. */
export function useStepTitles(): (id: string) => string {
  const flow = useEditor((state) => state.flow);
  return (id) => titleIn(flow, id);
}

function titleIn(draft: Draft, id: string): string {
  const { places } = outlineOf(draft);
  const ofStep = (step: string): string => {
    const place = places.get(step);
    return place === undefined ? step : titleOf(place);
  };
  return isAfter(id) ? (titleAfter(id, ofStep) ?? id) : ofStep(id);
}

/** Expectations about steps that the flow does not have any more. */
export const goneFrom = (draft: Draft, steps: Record<string, StepExpectation>): string[] => {
  const after = new Set(stepsAfter(draft).map(({ id }) => id));
  return Object.keys(steps).filter((id) => !outlineOf(draft).places.has(id) && !after.has(id));
};
