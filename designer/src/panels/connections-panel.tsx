import { below } from '@castellan/flow';
import { ActionIcon, Button, Menu, Select, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { useWorkspace } from '../api/index.js';
import { useCatalog } from '../editor/catalog.js';
import { connectionName } from '../editor/connection-name.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { freeName } from '../editor/free-name.js';
import { outlineOf } from '../editor/outline.js';
import { problemsAt, useFormScope } from '../forms/form-scope.js';
import { SystemTile } from '../systems/system-tile.js';
import { EmptyState } from '../ui/empty-state.js';
import { count } from '../ui/format.js';
import classes from './panels.module.css';
import { SettingsScope } from './settings-scope.js';
import { SidePanel } from './side-panel.js';

/** The slots of the flow: which system each is for, and the account that stands in it. */
export function ConnectionsPanel() {
  const store = useEditorStore();
  return (
    <SettingsScope place={null}>
      <SidePanel
        label="Connections of the flow"
        head={<strong>Connections</strong>}
        onClose={() => store.setState({ side: null })}
      >
        <Slots />
      </SidePanel>
    </SettingsScope>
  );
}

function Slots() {
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { readOnly } = useFormScope();
  const names = Object.keys(slots);
  return (
    <div className={classes.form}>
      {names.length === 0 && <EmptyState>This flow uses no system yet.</EmptyState>}
      {names.map((name) => (
        <Slot key={name} name={name} />
      ))}
      {!readOnly && <AddSlot />}
    </div>
  );
}

function Slot({ name }: { name: string }) {
  const ws = useWorkspace().id;
  const catalog = useCatalog();
  const flow = useEditor((state) => state.flow);
  const { change, readOnly, problems } = useFormScope();
  const slot = flow.connections?.[name] ?? {};
  const connector = catalog?.connectors.find(({ id }) => id === slot.connector);
  const fitting = (catalog?.connections ?? []).filter((each) => each.connector === slot.connector);
  const uses = usesOf(flow, name);
  const pointer = below('/connections', name);
  const title = slot.title ?? connector?.title ?? name;
  const isTable = slot.connector === 'table';
  const takesNone = connector?.auth.length === 0;
  return (
    <fieldset className={classes.card} aria-label={title}>
      <div className={classes.cardHead}>
        <SystemTile
          id={slot.connector ?? name}
          {...(connector === undefined ? {} : { title: connector.title })}
          size={28}
        />
        <TextInput
          size="xs"
          flex={1}
          aria-label={`Title of ${name}`}
          value={slot.title ?? ''}
          placeholder={name}
          readOnly={readOnly}
          onChange={(event) => change(below(pointer, 'title'), event.currentTarget.value || undefined)}
        />
        {!readOnly && uses === 0 && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${title}`}
            onClick={() => change(pointer, undefined)}
          >
            <Trash2 size={16} />
          </ActionIcon>
        )}
      </div>
      {!takesNone && (
        <Select
          size="sm"
          aria-label={`Connection for ${title}`}
          placeholder={isTable ? 'No table is chosen' : 'No account is connected'}
          data={fitting.map((each) => ({
            value: each.id,
            label: connectionName(each),
          }))}
          value={slot.id ?? null}
          clearable
          readOnly={readOnly}
          onChange={(id) => change(below(pointer, 'id'), id ?? undefined)}
        />
      )}
      <Text size="xs" c="dimmed">
        {uses === 0 ? 'Nothing uses it.' : `${count(uses, 'use')} in this flow.`}{' '}
        {takesNone && 'It needs no connection.'}
        {isTable && (
          <Link to="/w/$ws/tables/new" params={{ ws }}>
            New table
          </Link>
        )}
        {slot.connector !== undefined && !isTable && !takesNone && (
          <Link to="/w/$ws/connections/new" params={{ ws }} search={{ connector: slot.connector }}>
            New connection
          </Link>
        )}
      </Text>
      {problemsAt(problems, pointer, true).map((problem) => (
        <Text key={`${problem.code} ${problem.message}`} size="xs" className={classes[problem.severity]} role="alert">
          {problem.message} {problem.fix}
        </Text>
      ))}
    </fieldset>
  );
}

function AddSlot() {
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change } = useFormScope();
  return (
    <Menu>
      <Menu.Target>
        <Button variant="light" size="compact-sm" leftSection={<Plus size={14} />} className={classes.addButton}>
          Add a system
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(catalog?.connectors ?? []).map(({ id, title }) => (
          <Menu.Item
            key={id}
            leftSection={<SystemTile id={id} title={title} size={20} />}
            onClick={() => {
              const only = catalog?.connections.filter((each) => each.connector === id) ?? [];
              const connection = only.length === 1 ? { id: only[0]!.id } : {};
              change(
                below(
                  '/connections',
                  freeName(id, (name) => name in slots),
                ),
                { connector: id, title, ...connection },
              );
            }}
          >
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** How many steps, triggers and signatures name a slot. */
function usesOf(flow: Parameters<typeof outlineOf>[0], slot: string): number {
  return [...outlineOf(flow).places.values()].filter((place) => {
    const item = place.type === 'step' ? place.step : place.trigger;
    const named = [item.connection, (item.signature as Named)?.connection, (item.event as Named)?.connection];
    return named.includes(slot);
  }).length;
}

type Named = { connection?: unknown } | undefined;
