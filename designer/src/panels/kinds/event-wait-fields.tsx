import { below, type Catalog, type DraftTrigger } from '@castellan/flow';
import { Autocomplete, Select, Text } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../../editor/catalog.js';
import { useEditor } from '../../editor/editor-context.js';
import { arrivalSample } from '../../editor/sample-data.js';
import { AnySetting } from '../../forms/any-setting.js';
import { useFormScope } from '../../forms/form-scope.js';
import { ChoiceSetting, SettingFrame } from '../../forms/setting-fields.js';
import { keysInSample } from '../triggers/sample-keys.js';

interface EventWait {
  connection?: unknown;
  event?: unknown;
  key?: unknown;
  equals?: unknown;
}

/** Stands in the list of places for the flow itself, whose webhooks have addresses of their own. */
const ownWebhooks = '';

/** What has to arrive, where, and what tells that this run is meant. */
export function EventWaitFields({ event, pointer }: { event: EventWait; pointer: string }) {
  const draft = useEditor((state) => state.flow);
  const catalog = useCatalog();
  const choices = choicesOf(event, draft.connections ?? {}, draft.triggers ?? {}, catalog);
  return (
    <>
      <PlaceField event={event} pointer={pointer} />
      <ChoiceSetting
        label={event.connection === undefined ? 'Webhook' : 'Event'}
        help={
          event.connection === undefined
            ? 'A delivery to a webhook from which no wire leads starts no run of its own.'
            : 'Only what arrives after the wait has begun counts.'
        }
        pointer={below(pointer, 'event')}
        value={event.event}
        placeholder={choices.length === 0 ? noneWords(event) : 'Choose'}
        choices={choices}
      />
      <KeyField
        value={event.key}
        pointer={below(pointer, 'key')}
        offered={keysInSample(arrivalSample(event, { draft, catalog }))}
      />
      <AnySetting
        label="Must be"
        help="Computed when the wait begins: a text, a number, or true or false."
        required
        pointer={below(pointer, 'equals')}
        value={event.equals}
      />
    </>
  );
}

function PlaceField({ event, pointer }: { event: EventWait; pointer: string }) {
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change, readOnly } = useFormScope();
  const id = useId();
  const { connection: _, ...rest } = event;
  return (
    <SettingFrame label="Where it arrives" id={id} pointer={below(pointer, 'connection')}>
      <Select
        id={id}
        data={[
          { value: ownWebhooks, label: 'A webhook of this flow' },
          ...Object.entries(slots).map(([value, { title, connector }]) => ({
            value,
            label: title ?? connector ?? value,
          })),
        ]}
        value={typeof event.connection === 'string' ? event.connection : ownWebhooks}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) =>
          next !== null &&
          change(pointer, next === ownWebhooks ? { ...rest, event: '' } : { connection: next, ...rest, event: '' })
        }
      />
    </SettingFrame>
  );
}

function KeyField({ value, pointer, offered }: { value: unknown; pointer: string; offered: string[] }) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  return (
    <SettingFrame label="Place in the delivery" help="What tells which run is meant." id={id} pointer={pointer}>
      <Autocomplete
        id={id}
        data={offered}
        value={typeof value === 'string' ? value : ''}
        placeholder="/body/issue/key"
        readOnly={readOnly}
        onChange={(next) => change(pointer, next)}
      />
      {offered.length === 0 && (
        <Text size="xs" c="dimmed">
          With a sample of the delivery its fields are offered here.
        </Text>
      )}
    </SettingFrame>
  );
}

function choicesOf(
  { connection }: EventWait,
  slots: Record<string, { connector?: string | undefined }>,
  triggers: Record<string, DraftTrigger>,
  catalog: Catalog | undefined,
): { value: string; label: string }[] {
  if (connection === undefined) {
    const webhooks = Object.entries(triggers).filter(([, { kind }]) => kind === 'webhook');
    return webhooks.map(([value, { title }]) => ({ value, label: title || value }));
  }
  const connector = catalog?.connectors.find(({ id }) => id === slots[String(connection)]?.connector);
  return (connector?.triggers ?? []).map(({ id, title }) => ({ value: id, label: title }));
}

const noneWords = ({ connection }: EventWait): string =>
  connection === undefined ? 'This flow has no webhook yet' : 'This system tells of no events';
