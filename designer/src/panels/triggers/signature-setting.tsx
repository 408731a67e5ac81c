import { below } from '@castellan/flow';
import { Select, Text } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../../api/index.js';
import { signBy } from '../../editor/editing.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { SlotAccount } from '../slot-account.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

interface SignatureValue {
  scheme?: unknown;
  connection?: unknown;
}

/** The connector whose connections hold nothing but the secrets of senders: **Incoming webhook**. */
const forSecretsOnly = 'webhook';

/** What the scheme can tell of a delivery that is sent a second time. */
const ofRepeats = {
  signedTime: 'Deliveries signed more than 5 minutes ago are refused, and the same one again starts nothing.',
  signedContent: 'The same signed delivery again starts nothing, for 7 days. How old it is, is not known.',
  none: 'The secret is sent along, so a copy is not told from a new delivery: name below what makes two the same.',
};

/** How a call proves that it comes from the vendor: a scheme, and the connection that holds its secret. */
export function SignatureSetting({ trigger, pointer }: Pick<TriggerSettingsProps, 'trigger' | 'pointer'>) {
  const { change, readOnly } = useFormScope();
  const store = useEditorStore();
  const catalog = useCatalog().data;
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const schemeField = useId();
  const slotField = useId();
  const place = below(pointer, 'signature');
  const signature = trigger.signature as SignatureValue | undefined;
  const schemes = (catalog?.connectors ?? []).flatMap((connector) =>
    connector.schemes.map((scheme) => ({ ...scheme, connector: connector.id })),
  );
  const connectorOf = (slot: unknown) => slots[String(slot ?? '')]?.connector;
  /** A vendor's own connection may hold the secret as well as one for webhooks only. */
  const scheme =
    schemes.find((each) => each.id === signature?.scheme && each.connector === connectorOf(signature?.connection)) ??
    schemes.find((each) => each.id === signature?.scheme);
  const owners = schemes.filter((each) => each.id === signature?.scheme).map(({ connector }) => connector);
  const fitting = Object.entries(slots).filter(
    ([, slot]) => scheme === undefined || owners.includes(String(slot.connector)),
  );
  const choose = (next: string | null) => {
    if (next === null) return change(place, undefined);
    const able = schemes.filter((each) => each.id === next).map(({ connector }) => connector);
    const inFlow = Object.values(slots).find((slot) => able.includes(String(slot.connector)))?.connector;
    const id = inFlow ?? able.find((connector) => connector === forSecretsOnly) ?? able[0]!;
    const system = { id, title: catalog?.connectors.find((connector) => connector.id === id)?.title ?? id };
    signBy(store, { pointer: place, system, scheme: next, connections: catalog?.connections ?? [] });
  };
  return (
    <>
      <SettingFrame
        label="Signature"
        help="Without one, everybody who knows the address can start a run."
        id={schemeField}
        pointer={below(place, 'scheme')}
      >
        <Select
          id={schemeField}
          data={[...new Map(schemes.map((each) => [each.id, { value: each.id, label: each.title }])).values()]}
          value={typeof signature?.scheme === 'string' ? signature.scheme : null}
          placeholder="None"
          clearable
          searchable
          readOnly={readOnly}
          onChange={choose}
        />
        {scheme !== undefined && (
          <Text size="xs" c="dimmed">
            {scheme.setup} {ofRepeats[scheme.freshness]}
          </Text>
        )}
      </SettingFrame>
      {signature !== undefined && (
        <SettingFrame label="Its secret is in" id={slotField} pointer={below(place, 'connection')}>
          <Select
            id={slotField}
            data={fitting.map(([name, slot]) => ({ value: name, label: slot.title ?? name }))}
            value={typeof signature.connection === 'string' ? signature.connection : null}
            placeholder="Choose a connection of this flow"
            allowDeselect={false}
            readOnly={readOnly}
            onChange={(next) => next !== null && change(below(place, 'connection'), next)}
          />
          <SlotAccount slot={slots[String(signature.connection ?? '')]} />
        </SettingFrame>
      )}
    </>
  );
}
