import type { DraftTrigger } from '@castellan/flow';

/** What the settings of every kind of trigger are given. */
export interface TriggerSettingsProps {
  id: string;
  trigger: DraftTrigger;
  /** Where the trigger stands in the flow. */
  pointer: string;
}
