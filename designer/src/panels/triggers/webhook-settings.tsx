import { answerSeconds, below } from '@castellan/flow';
import { Group, Text } from '@mantine/core';
import { useCatalog } from '../../api/index.js';
import { isObject } from '../../editor/is-object.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { ChoiceSetting, DurationSetting } from '../../forms/setting-fields.js';
import { CopyButton } from '../../ui/copy-button.js';
import { CopyField } from '../../ui/copy-field.js';
import { curlOf, hasSecretPlace } from './curl.js';
import { DoorSection } from './door-section.js';
import { IntakeSettings } from './intake-section.js';
import { ListenForSample } from './listen-for-sample.js';
import { SendSample } from './send-sample.js';
import { SignatureSetting } from './signature-setting.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** A webhook: its address, how a call proves where it comes from, which calls make a run, and a sample to send. */
export function WebhookSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  const scheme = useScheme(trigger);
  const tellsRepeats = scheme !== undefined && scheme.freshness !== 'none';
  return (
    <>
      <Address id={id} trigger={trigger} />
      <SendSample id={id} trigger={trigger} pointer={pointer} />
      <ListenForSample id={id} trigger={trigger} pointer={pointer} />
      <SignatureSetting trigger={trigger} pointer={pointer} />
      <IntakeSettings id={id} trigger={trigger} pointer={pointer} named={tellsRepeats} />
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
      {(trigger.respond === 'step' || trigger.respond === 'end') && (
        <DurationSetting
          label="It waits at most"
          help="Then it is told the run’s id and how the run stands (202). Up to two minutes; many senders give up sooner."
          pointer={below(pointer, 'answerSeconds')}
          value={trigger.answerSeconds ?? answerSeconds.usual}
        />
      )}
      <DoorSection trigger={trigger} pointer={pointer} />
    </>
  );
}

/** The scheme by which the trigger knows its sender, as the catalogue describes it. */
function useScheme({ signature }: TriggerSettingsProps['trigger']) {
  const connectors = useCatalog().data?.connectors ?? [];
  const wanted = isObject(signature) ? signature.scheme : undefined;
  return connectors.flatMap(({ schemes }) => schemes).find(({ id }) => id === wanted);
}

/** Where the webhook listens; it exists once the flow is published. */
export function Address({ id, trigger }: Pick<TriggerSettingsProps, 'id' | 'trigger'>) {
  const row = useFlowRow();
  const secretIn = useScheme(trigger)?.secretIn;
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
