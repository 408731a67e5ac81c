import { below, webhookMethods } from '@castellan/flow';
import { Group, MultiSelect, Switch } from '@mantine/core';
import { useId } from 'react';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import {
  ChoiceSetting,
  DurationSetting,
  ListSetting,
  NumberSetting,
  SettingFrame,
} from '../../forms/setting-fields.js';
import { Section } from '../section.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

type Props = Pick<TriggerSettingsProps, 'trigger' | 'pointer'>;

/** Who may call the address, how, and how often. */
export function DoorSection({ trigger, pointer }: Props) {
  const places = ['methods', 'allowFrom', 'cors', 'limit'].map((field) => below(pointer, field));
  return (
    <Section title="Who may call, and how often" summary={summaryOf(trigger)} pointers={places}>
      <Methods trigger={trigger} pointer={pointer} />
      <ListSetting
        label="Only from these networks"
        help="Addresses or ranges, such as 203.0.113.0/24. Behind a proxy this needs TRUST_PROXY to be set on the server, else every call seems to come from the proxy."
        placeholder="From anywhere"
        pointer={below(pointer, 'allowFrom')}
        value={trigger.allowFrom}
      />
      <ListSetting
        label="From web pages of these origins"
        help="Such as https://app.example.com. A page of any other origin cannot read the answer."
        placeholder="From none"
        pointer={below(pointer, 'cors')}
        value={trigger.cors}
      />
      <Limit limit={trigger.limit} pointer={below(pointer, 'limit')} />
    </Section>
  );
}

function Methods({ trigger, pointer }: Props) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map(String) : ['POST'];
  const place = below(pointer, 'methods');
  return (
    <SettingFrame label="Methods" id={id} pointer={place}>
      <MultiSelect
        id={id}
        data={[...webhookMethods]}
        value={methods}
        readOnly={readOnly}
        onChange={(next) => change(place, next.length === 0 ? undefined : next)}
      />
    </SettingFrame>
  );
}

const usual = { deliveries: 60, seconds: 60 };

function Limit({ limit, pointer }: { limit: unknown; pointer: string }) {
  const { change, readOnly } = useFormScope();
  const given = isObject(limit) ? limit : null;
  return (
    <>
      <Switch
        label="Limit how often"
        description="Verified deliveries above it wait their turn, or are turned away. Nothing that was accepted is lost."
        checked={given !== null}
        disabled={readOnly}
        onChange={(event) => change(pointer, event.currentTarget.checked ? usual : undefined)}
      />
      {given !== null && (
        <>
          <Group gap="sm" align="start" grow>
            <NumberSetting label="Deliveries" pointer={below(pointer, 'deliveries')} value={given.deliveries} min={1} />
            <DurationSetting label="Within" pointer={below(pointer, 'seconds')} value={given.seconds} />
          </Group>
          <ChoiceSetting
            label="Those above it"
            pointer={below(pointer, 'over')}
            value={given.over}
            otherwise="queue"
            choices={[
              { value: 'queue', label: 'are accepted, and wait their turn' },
              { value: 'refuse', label: 'are answered 429, with the time to wait' },
            ]}
          />
        </>
      )}
    </>
  );
}

function summaryOf({ methods, allowFrom, cors, limit }: TriggerSettingsProps['trigger']): string {
  const words = [Array.isArray(methods) ? methods.join(', ') : 'POST'];
  if (Array.isArray(allowFrom)) words.push('some networks');
  if (Array.isArray(cors)) words.push('web pages');
  if (isObject(limit)) words.push(`${String(limit.deliveries)} in ${String(limit.seconds)} s`);
  return words.join(' · ');
}
