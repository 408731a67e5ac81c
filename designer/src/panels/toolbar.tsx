import { ActionIcon, Button, Group, Menu, Switch, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  CircleCheck,
  CircleX,
  ClipboardList,
  CloudAlert,
  Download,
  EllipsisVertical,
  History,
  Keyboard,
  ListChecks,
  LoaderCircle,
  Play,
  Plug,
  Redo2,
  Rewind,
  Settings2,
  TriangleAlert,
  Undo2,
  Upload,
  Variable,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useSwitchFlow, useWorkspace } from '../api/index.js';
import { type CommandContext, commandById } from '../editor/commands.js';
import { replaceFlow } from '../editor/editing.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { isUnsaved, type SaveState, type Side, showRun, toggleSide } from '../editor/editor-store.js';
import { shortcutWords } from '../editor/shortcut.js';
import { useFlowRow } from '../editor/use-flow-row.js';
import { ExportDialog } from '../flow-files/export-dialog.js';
import { ImportDialog } from '../flow-files/import-dialog.js';
import { RunDialog } from '../run-flow/run-dialog.js';
import classes from './panels.module.css';

/** The line over the canvas: the flow's name and state, its problems, undo, run and publish. */
export function Toolbar({ context }: { context: CommandContext }) {
  const store = useEditorStore();
  const name = useEditor((state) => state.flow.name);
  const testing = useEditor((state) => state.side === 'test');
  const { can, id: ws } = useWorkspace();
  return (
    <header className={classes.toolbar}>
      <Text size="sm" c="dimmed" className={classes.crumb}>
        <Link to="/w/$ws/flows" params={{ ws }}>
          Flows
        </Link>
        {' › '}
      </Text>
      <UnstyledButton className={classes.flowName} onClick={() => toggleSide(store, 'flow')} title="Name and settings">
        <h1>{name ?? 'Untitled flow'}</h1>
      </UnstyledButton>
      <VersionState />
      <SavedState context={context} />
      <span className={classes.spring} />
      <ProblemsButton />
      <Group gap={2} wrap="nowrap">
        <CommandIcon id="undo" context={context} icon={<Undo2 size={18} />} />
        <CommandIcon id="redo" context={context} icon={<Redo2 size={18} />} />
      </Group>
      <Group gap={2} wrap="nowrap">
        <SideIcon side="connections" label="Connections" icon={<Plug size={18} />} />
        <SideIcon side="variables" label="Variables" icon={<Variable size={18} />} />
        <SideIcon side="cases" label="Test cases" icon={<ListChecks size={18} />} />
        <SideIcon side="versions" label="Versions" icon={<History size={18} />} />
        <MoreMenu context={context} />
      </Group>
      {can('flow:publish') && <EnableSwitch />}
      {can('flow:write') && (
        <Button variant="default" size="compact-sm" aria-pressed={testing} onClick={context.test}>
          Test
        </Button>
      )}
      {can('flow:publish') && (
        <Button size="compact-sm" onClick={context.publish}>
          Publish
        </Button>
      )}
    </header>
  );
}

/** Which version is live, and whether the draft differs from it. */
function VersionState() {
  const row = useFlowRow();
  const changed = useEditor((state) => state.flow !== state.saved.flow) || row?.changed === true;
  if (row === undefined) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.nowrap}>
      {row.published === null ? 'not published' : `v${row.published} published`}
      {row.published !== null && changed && ' · draft differs'}
    </Text>
  );
}

function SavedState({ context }: { context: CommandContext }) {
  const save = useEditor((state) => state.save);
  const { icon, words } = savedWords(save);
  return (
    <Text size="xs" c="dimmed" className={classes.saved} role="status">
      {icon}
      {words}
      {save.is === 'failed' && (
        <UnstyledButton className={classes.textButton} onClick={context.save}>
          Try again
        </UnstyledButton>
      )}
    </Text>
  );
}

function savedWords(save: SaveState): { icon: ReactNode; words: string } {
  switch (save.is) {
    case 'saved':
      return { icon: <CircleCheck size={14} aria-hidden />, words: 'Saved' };
    case 'unsaved':
      return { icon: null, words: 'Unsaved changes' };
    case 'saving':
      return { icon: <LoaderCircle size={14} className="turning" aria-hidden />, words: 'Saving' };
    case 'failed':
      return { icon: <CloudAlert size={14} aria-hidden />, words: `Not saved: ${save.message}` };
    case 'conflict':
      return { icon: <CloudAlert size={14} aria-hidden />, words: 'Not saved: somebody else saved' };
  }
}

function ProblemsButton() {
  const store = useEditorStore();
  const errors = useEditor((state) => state.problems.filter(({ severity }) => severity === 'error').length);
  const warnings = useEditor((state) => state.problems.length) - errors;
  const words =
    errors > 0 ? problemCount(errors, 'problem') : warnings > 0 ? problemCount(warnings, 'warning') : 'No problems';
  const Icon = errors > 0 ? CircleX : warnings > 0 ? TriangleAlert : CircleCheck;
  const look = errors > 0 ? 'failed' : warnings > 0 ? 'waiting' : 'succeeded';
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<Icon size={16} color={`var(--state-${look})`} aria-hidden />}
      onClick={() => toggleSide(store, 'problems')}
    >
      {words}
    </Button>
  );
}

function problemCount(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}

/** A command as a button with its icon; it follows the state of the editor. */
function CommandIcon({ id, context, icon }: { id: string; context: CommandContext; icon: ReactNode }) {
  const command = commandById(id);
  const enabled = useEditor(() => command.isEnabled(context));
  return (
    <Tooltip label={`${command.title} (${shortcutWords(command.shortcuts[0] ?? '')})`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={command.title}
        disabled={!enabled}
        onClick={() => command.run(context)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function SideIcon({ side, label, icon }: { side: Side; label: string; icon: ReactNode }) {
  const store = useEditorStore();
  const open = useEditor((state) => state.side === side);
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={open ? 'light' : 'subtle'}
        color={open ? 'indigo' : 'gray'}
        aria-label={label}
        aria-pressed={open}
        onClick={() => toggleSide(store, side)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function MoreMenu({ context }: { context: CommandContext }) {
  const store = useEditorStore();
  const { id: ws, can } = useWorkspace();
  const flowId = useEditor((state) => state.flowId);
  const navigate = useNavigate();
  const row = useFlowRow();
  const [running, setRunning] = useState(false);
  const [files, setFiles] = useState<'import' | 'export' | null>(null);
  const name = useEditor((state) => state.flow.name);
  const saved = useEditor((state) => !isUnsaved(state));
  const close = () => setFiles(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More">
            <EllipsisVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {can('flow:run') && row !== undefined && row.published !== null && (
            <Menu.Item leftSection={<Play size={16} />} onClick={() => setRunning(true)}>
              Run version {row.published}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Settings2 size={16} />} onClick={() => toggleSide(store, 'flow')}>
            Flow settings
          </Menu.Item>
          <Menu.Item
            leftSection={<Rewind size={16} />}
            onClick={() => void navigate({ to: '/w/$ws/flows/$flowId/trials', params: { ws, flowId } })}
          >
            Try on past runs
          </Menu.Item>
          <Menu.Item
            leftSection={<ClipboardList size={16} />}
            onClick={() => void navigate({ to: '/w/$ws/flows/$flowId/plans', params: { ws, flowId } })}
          >
            Access plans
          </Menu.Item>
          <Menu.Item
            leftSection={<Download size={16} />}
            onClick={() => {
              if (!saved) context.save();
              setFiles('export');
            }}
          >
            Export
          </Menu.Item>
          {!context.readOnly && (
            <Menu.Item leftSection={<Upload size={16} />} onClick={() => setFiles('import')}>
              Import
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Keyboard size={16} />} onClick={context.help}>
            Shortcuts
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ExportDialog opened={files === 'export'} onClose={close} flow={{ id: flowId, name }} saved={saved} />
      <ImportDialog
        opened={files === 'import'}
        onClose={close}
        lead="The draft becomes what is imported; Undo brings back what was there. Test cases in it are left out. What is published goes on as it is."
        verb="Replace the draft"
        onImport={({ flow }) => {
          replaceFlow(store, flow);
          close();
        }}
      />
      {row !== undefined && (
        <RunDialog
          opened={running}
          onClose={() => setRunning(false)}
          flow={row}
          onStarted={(runId) => showRun(store, runId)}
        />
      )}
    </>
  );
}

/** Whether the published version's triggers make runs. */
function EnableSwitch() {
  const row = useFlowRow();
  const change = useSwitchFlow();
  if (row === undefined || row.published === null) return null;
  return (
    <Switch
      size="sm"
      label={row.enabled ? 'On' : 'Off'}
      aria-label="Triggers on"
      checked={row.enabled}
      disabled={change.isPending}
      onChange={(event) => change.mutate({ id: row.id, on: event.currentTarget.checked })}
    />
  );
}
