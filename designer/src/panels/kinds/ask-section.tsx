import { below } from '@castellan/flow';
import { Button } from '@mantine/core';
import { MessageCircle } from 'lucide-react';
import { useCatalog } from '../../editor/catalog.js';
import { askIn } from '../../editor/editing.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { ValueSetting } from '../../forms/setting-fields.js';
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
  return (
    <Section
      title="Where they are asked"
      summary={given === null ? 'on the approvals page' : `also in ${slot?.title ?? 'a chat'}`}
      pointers={[pointer]}
    >
      {given === null ? (
        !readOnly &&
        able.map(({ id, title }) => (
          <Button
            key={id}
            variant="light"
            size="compact-sm"
            className={classes.addButton}
            leftSection={<MessageCircle size={14} />}
            onClick={() => askIn(store, { pointer, system: { id, title }, connections: catalog?.connections ?? [] })}
          >
            Ask in {title} too
          </Button>
        ))
      ) : (
        <fieldset className={classes.card} aria-label="Asked in a chat">
          <SlotSetting slot={given.connection} pointer={pointer} />
          <ValueSetting
            of="text"
            label="Channel"
            help="Without one each approver gets a direct message, by their e-mail address. The same people may decide either way."
            placeholder="direct messages"
            pointer={below(pointer, 'channel')}
            value={given.channel}
          />
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
