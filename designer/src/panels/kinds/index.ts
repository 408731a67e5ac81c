import type { StepKind } from '@castellan/flow';
import type { ReactNode } from 'react';
import { ActionSettings } from './action-settings.js';
import { ApprovalSettings } from './approval-settings.js';
import { BranchSettings } from './branch-settings.js';
import { FilterSettings } from './filter-settings.js';
import { LoopSettings } from './loop-settings.js';
import { RespondSettings } from './respond-settings.js';
import { ShapeSettings } from './shape-settings.js';
import type { StepSettingsProps } from './step-settings-props.js';
import { StopSettings } from './stop-settings.js';
import { SubflowSettings } from './subflow-settings.js';
import { WaitSettings } from './wait-settings.js';

/** The settings of each kind of step. */
export const stepSettings: Record<StepKind, (props: StepSettingsProps) => ReactNode> = {
  action: ActionSettings,
  branch: BranchSettings,
  shape: ShapeSettings,
  filter: FilterSettings,
  loop: LoopSettings,
  wait: WaitSettings,
  approval: ApprovalSettings,
  subflow: SubflowSettings,
  respond: RespondSettings,
  stop: StopSettings,
};
