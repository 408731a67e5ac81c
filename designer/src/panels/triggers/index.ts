import type { TriggerKind } from '@castellan/flow';
import type { ReactNode } from 'react';
import { CallSettings } from './call-settings.js';
import { EventSettings } from './event-settings.js';
import { ManualSettings } from './manual-settings.js';
import { ScheduleSettings } from './schedule/schedule-settings.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';
import { WebhookSettings } from './webhook-settings.js';

/** The settings of each kind of trigger. */
export const triggerSettings: Record<TriggerKind, (props: TriggerSettingsProps) => ReactNode> = {
  webhook: WebhookSettings,
  connector: EventSettings,
  schedule: ScheduleSettings,
  manual: ManualSettings,
  call: CallSettings,
};
