import { below, type WebhookTrigger, webhookMethods } from '@castellan/flow';
import { Group, MultiSelect, Select, Text } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { useFormScope } from '../../forms/form-scope.js';
import { ChoiceSetting, SettingFrame } from '../../forms/setting-fields.js';
import { CopyButton } from '../../ui/copy-button.js';
import { CopyField } from '../../ui/copy-field.js';
import { Section } from '../section.js';
import { curlOf, hasSecretPlace } from './curl.js';
import { IntakeSettings } from './intake-section.js';
import { SendSample } from './send-sample.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** A webhook: its address, how a call proves where it comes from, which calls make a run, and a sample to send. */
export function WebhookSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  const { change, readOnly } = useFormScope();
  const methods = (trigger.methods ?? ['POST']) as WebhookTrigger['methods'];
  const methodsField = useId();
  return (
    <>
      <Address id={id} trigger={trigger} />
      <SendSample id={id} trigger={trigger} pointer={pointer} />
      <Signature trigger={trigger} pointer={pointer} />
      <IntakeSettings trigger={trigger} pointer={pointer} />
      <ChoiceSetting
        label="The caller is answered"
        pointer={below(pointer, 'respond')}
        value={trigger.respond}
        otherwise="now"
        choices={[
          { value: 'now', label: 'at once, with the run’s id' },
          { value: 'step', label: 'by a respond step' },
          { value: 'end', label: 'when the run ends' },
        ]}
      />
      <Section title="Methods" summary={(methods ?? []).join(', ')} pointers={[below(pointer, 'methods')]}>
        <SettingFrame label="Methods" id={methodsField} pointer={below(pointer, 'methods')}>
          <MultiSelect
            id={methodsField}
            data={[...webhookMethods]}
            value={methods ?? []}
            readOnly={readOnly}
            onChange={(next) => change(below(pointer, 'methods'), next.length === 0 ? undefined : next)}
          />
        </SettingFrame>
      </Section>
    </>
  );
}

/** Where the webhook listens; it exists once the flow is published. */
export function Address({ id, trigger }: Pick<TriggerSettingsProps, 'id' | 'trigger'>) {
  const row = useFlowRow();
  const connectors = useCatalog().data?.connectors ?? [];
  const wanted = (trigger.signature as SignatureValue | undefined)?.scheme;
  const secretIn = connectors.flatMap(({ schemes }) => schemes).find(({ id: scheme }) => scheme === wanted)?.secretIn;
  const url = row?.triggers.find((each) => each.id === id)?.url;
  if (url === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Publish the flow, and its address stands here.
      </Text>
    );
  }
  return (
    <>
      <CopyField label="Address" value={url} />
      <Group gap="sm">
        <CopyButton title="Copy as curl" label="Copy as curl" value={curlOf(url, trigger.sample, secretIn)} />
        {trigger.signature !== undefined && (
          <Text size="xs" c="dimmed" flex={1}>
            {secretIn !== undefined && hasSecretPlace(secretIn)
              ? 'Put the secret in the place of SECRET; it is not shown here.'
              : 'The call wants the header of the signature too; its secret is not shown here.'}
          </Text>
        )}
      </Group>
      {row?.enabled === false && (
        <Text size="xs" c="dimmed">
          The flow is switched off: deliveries are refused until it is on.
        </Text>
      )}
    </>
  );
}

interface SignatureValue {
  scheme?: unknown;
  connection?: unknown;
}

/** How a call proves that it comes from the vendor: a scheme, and the connection that holds its secret. */
function Signature({ trigger, pointer }: Pick<TriggerSettingsProps, 'trigger' | 'pointer'>) {
  const { change, readOnly } = useFormScope();
  const catalog = useCatalog().data;
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const schemeField = useId();
  const slotField = useId();
  const place = below(pointer, 'signature');
  const signature = trigger.signature as SignatureValue | undefined;
  const schemes = (catalog?.connectors ?? []).flatMap((connector) =>
    connector.schemes.map((scheme) => ({ ...scheme, connector: connector.id })),
  );
  const scheme = schemes.find((each) => each.id === signature?.scheme);
  const fitting = Object.entries(slots).filter(
    ([, slot]) => scheme === undefined || slot.connector === scheme.connector,
  );
  const choose = (next: string | null) => {
    if (next === null) return change(place, undefined);
    const owner = schemes.find((each) => each.id === next)?.connector;
    const slot = Object.entries(slots).find(([, each]) => each.connector === owner)?.[0];
    change(place, { scheme: next, ...(slot === undefined ? {} : { connection: slot }) });
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
          data={schemes.map((each) => ({ value: each.id, label: each.title }))}
          value={typeof signature?.scheme === 'string' ? signature.scheme : null}
          placeholder="None"
          clearable
          readOnly={readOnly}
          onChange={choose}
        />
        {scheme !== undefined && scheme.setup !== '' && (
          <Text size="xs" c="dimmed">
            {scheme.setup}
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
        </SettingFrame>
      )}
    </>
  );
}
