import { below } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { BellRing, Mail, MessageCircle } from 'lucide-react';
import { useCatalog } from '../../editor/catalog.js';
import { askIn } from '../../editor/editing.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { DurationSetting, NumberSetting, ValueSetting } from '../../forms/setting-fields.js';
import classes from '../panels.module.css';
import { Section } from '../section.js';
import { SlotSetting } from '../slot-setting.js';

/** Where approvers are asked beside the approvals page, with buttons. */
export function AskSection({ ask, pointer }: { ask: unknown; pointer: string }) {
  const store = useEditorStore();
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change, readOnly } = useFormScope();
  const able = (catalog?.connectors ?? []).filter(({ approvals }) => approvals !== undefined);
  const given = isObject(ask) ? ask : null;
  const slot = slots[String(given?.connection ?? '')];
  const hasChannels = able.some(({ id, approvals }) => id === slot?.connector && approvals?.channels !== undefined);
  return (
    <Section
      title="Where they are asked"
      summary={
        given === null ? 'on the approvals page' : hasChannels ? `also in ${slot?.title ?? 'a chat'}` : `also by e-mail`
      }
      pointers={[pointer]}
    >
      {given === null ? (
        !readOnly &&
        able.map(({ id, title, approvals }) => (
          <Button
            key={id}
            variant="light"
            size="compact-sm"
            className={classes.addButton}
            leftSection={approvals?.channels === undefined ? <Mail size={14} /> : <MessageCircle size={14} />}
            onClick={() => askIn(store, { pointer, system: { id, title }, connections: catalog?.connections ?? [] })}
          >
            {approvals?.channels === undefined ? `Ask by e-mail too, through ${title}` : `Ask in ${title} too`}
          </Button>
        ))
      ) : (
        <fieldset className={classes.card} aria-label="Asked elsewhere">
          <SlotSetting slot={given.connection} pointer={pointer} />
          {hasChannels ? (
            <ValueSetting
              of="text"
              label="Channel"
              help="Without one each approver gets a direct message, by their e-mail address. The same people may decide either way."
              placeholder="direct messages"
              pointer={below(pointer, 'channel')}
              value={given.channel}
            />
          ) : (
            <Text size="xs" c="dimmed">
              Each approver gets an e-mail with a link of their own to the approval, where they sign in and decide.
            </Text>
          )}
          <Reminders remind={given.remind} pointer={below(pointer, 'remind')} />
          {!readOnly && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => change(pointer, undefined)}>
              Only on the approvals page
            </Button>
          )}
        </fieldset>
      )}
    </Section>
  );
}

/** After how long those who have not decided are asked again, and how often. */
function Reminders({ remind, pointer }: { remind: unknown; pointer: string }) {
  const { change, readOnly } = useFormScope();
  if (!isObject(remind)) {
    return (
      !readOnly && (
        <Button
          variant="light"
          size="compact-sm"
          className={classes.addButton}
          leftSection={<BellRing size={14} />}
          onClick={() => change(pointer, { everySeconds: day })}
        >
          Remind who has not decided
        </Button>
      )
    );
  }
  return (
    <>
      <DurationSetting
        label="Remind after"
        help="Who has not decided by then is asked once more. Nobody is after the decision."
        pointer={below(pointer, 'everySeconds')}
        value={remind.everySeconds}
      />
      <NumberSetting
        label="How many times"
        placeholder="1"
        min={1}
        max={10}
        pointer={below(pointer, 'times')}
        value={remind.times}
      />
      {!readOnly && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => change(pointer, undefined)}>
          No reminders
        </Button>
      )}
    </>
  );
}

const day = 86_400;
