import type { DraftStep } from '@castellan/flow';

/** What the settings of every kind of step are given. */
export interface StepSettingsProps {
  id: string;
  step: DraftStep;
  /** Where the step stands in the flow. */
  pointer: string;
}
