import type { DraftTrigger, StepKind, TriggerKind } from '@castellan/flow';
import { actionBox } from './action.js';
import { approvalBox } from './approval.js';
import type { BoxKind } from './box-kind.js';
import { branchBox } from './branch.js';
import { filterBox } from './filter.js';
import { loopBox } from './loop.js';
import { respondBox } from './respond.js';
import { shapeBox } from './shape.js';
import { stopBox } from './stop.js';
import { subflowBox } from './subflow.js';
import { callBox, eventBox, manualBox, scheduleBox, webhookBox } from './triggers.js';
import { waitBox } from './wait.js';

/** Every kind of step, in the order of the palette. A new kind is one file and one line. */
export const stepBoxes = {
  action: actionBox,
  branch: branchBox,
  loop: loopBox,
  approval: approvalBox,
  shape: shapeBox,
  filter: filterBox,
  wait: waitBox,
  subflow: subflowBox,
  respond: respondBox,
  stop: stopBox,
} satisfies Record<StepKind, BoxKind>;

/** Every kind of trigger. */
export const triggerBoxes = {
  webhook: webhookBox,
  connector: eventBox,
  schedule: scheduleBox,
  manual: manualBox,
  call: callBox,
} satisfies Record<TriggerKind, BoxKind<DraftTrigger>>;

export * from './box-kind.js';
