import { type Draft, titleAfter } from '@castellan/flow';
import { outlineOf, titleOf } from '../../editor/outline.js';

/** The name of a step of a run: as the flow gives it, or what a step after the end does. */
export function stepTitle(draft: Draft, id: string): string {
  const { places } = outlineOf(draft);
  const ofStep = (step: string): string => {
    const place = places.get(step);
    return place === undefined ? step : titleOf(place);
  };
  return titleAfter(id, ofStep) ?? ofStep(id);
}
