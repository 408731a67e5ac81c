import { Text } from '@mantine/core';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useWorkspace } from '../api/index.js';
import { type NewItem, nextPort, type StepWish } from '../editor/add-item.js';
import type { CanvasView } from '../editor/canvas-view.js';
import { useCatalog } from '../editor/catalog.js';
import { type CommandContext, commandForKey, commands } from '../editor/commands.js';
import { add } from '../editor/editing.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { type EditorState, toggleSide } from '../editor/editor-store.js';
import { LiveRunProvider } from '../editor/live-run.js';
import { shortcutWords } from '../editor/shortcut.js';
import { useSaving } from '../editor/use-saving.js';
import { useValidation } from '../editor/use-validation.js';
import { openShortcuts, useShortcutList } from '../ui/shortcuts.js';
import { CanvasMenu } from './canvas-menu.js';
import { ConflictBanner } from './conflict-banner.js';
import { EditorCanvas } from './editor-canvas.js';
import { LeaveGuard } from './leave-guard.js';
import { MisfitBanner } from './misfit-banner.js';
import { Palette } from './palette.js';
import classes from './panels.module.css';
import { PublishDialog } from './publish/publish-dialog.js';
import { Side } from './side.js';
import { StepPicker } from './step-picker.js';
import { TestStrip } from './test-strip.js';
import { Toolbar } from './toolbar.js';
import { TrialProvider } from './trial/trial.js';
import { useAddress } from './use-address.js';

/** Milliseconds that a passing remark is shown. */
const toldFor = 5_000;

const shortcutSheet = commands.flatMap(({ title, shortcuts }) =>
  shortcuts.slice(0, 1).map((shortcut) => ({ keys: shortcutWords(shortcut), title })),
);

/** The whole editor: palette, canvas, side, and the commands that join them. */
export function Editor() {
  const store = useEditorStore();
  const { can } = useWorkspace();
  const readOnly = !can('flow:write');
  const catalog = useCatalog();
  const saving = useSaving(!readOnly);
  const [view, setView] = useState<CanvasView | null>(null);
  const [wish, setWish] = useState<StepWish | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  const [publishing, setPublishing] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const name = useEditor((state) => state.flow.name);
  useEffect(() => {
    document.title = `${name ?? 'Untitled flow'} · Castellan`;
  }, [name]);
  useEffect(() => {
    if (told === null) return;
    const timer = setTimeout(() => setTold(null), toldFor);
    return () => clearTimeout(timer);
  }, [told]);
  useValidation();
  useAddress();
  useShortcutList('Editor', shortcutSheet);

  const place = useCallback(
    (item: NewItem, where: StepWish) => {
      add(store, {
        item,
        wish: where,
        centre: view?.centre() ?? { x: 0, y: 0 },
        connections: catalog?.connections ?? [],
      });
      setWish(null);
    },
    [store, view, catalog],
  );
  const context = useMemo<CommandContext>(
    () => ({
      store,
      view,
      readOnly,
      clipboard: {
        write: (text) => navigator.clipboard.writeText(text),
        read: () => navigator.clipboard.readText(),
      },
      pick: () => setWish(wishBeside(store.getState(), view)),
      save: () => void saving.save(),
      publish: () => setPublishing(true),
      test: () => toggleSide(store, 'test'),
      help: openShortcuts,
      tell: setTold,
    }),
    [store, view, readOnly, saving.save],
  );
  useCommandKeys(context);
  const onWish = useCallback((next: StepWish) => setWish(next), []);

  return (
    <LiveRunProvider>
      <TrialProvider save={saving.save}>
        <div className={classes.editor}>
          <Toolbar context={context} />
          <ConflictBanner saving={saving} />
          <MisfitBanner />
          <div className={classes.workbench}>
            {!readOnly && (
              <aside className={classes.paletteSide} aria-label="Palette">
                <Palette draggable onPick={(item) => place(item, wishBeside(store.getState(), view))} />
              </aside>
            )}
            <EditorCanvas readOnly={readOnly} onWish={onWish} onPlace={place} onMenu={setMenu} onReady={setView} />
            <Side />
          </div>
          <TestStrip />
          {wish !== null && (
            <StepPicker wish={wish} onPick={(item) => place(item, wish)} onClose={() => setWish(null)} />
          )}
          {menu !== null && <CanvasMenu at={menu} context={context} onClose={() => setMenu(null)} />}
          <PublishDialog opened={publishing} onClose={() => setPublishing(false)} save={saving.save} />
          <LeaveGuard save={saving.save} />
          {told !== null && (
            <Text size="sm" role="status" className={classes.told}>
              {told}
            </Text>
          )}
        </div>
      </TrialProvider>
    </LiveRunProvider>
  );
}

/** Runs the command that a key means, unless a dialog is open. */
function useCommandKeys(context: CommandContext) {
  const latest = useRef(context);
  latest.current = context;
  const dialogOpen = useRef(false);
  // Before any other listener: the Escape that closes a dialog must not close what is behind it too.
  useLayoutEffect(() => {
    const look = () => {
      dialogOpen.current = document.querySelector('[role="dialog"]') !== null;
    };
    window.addEventListener('keydown', look, { capture: true });
    return () => window.removeEventListener('keydown', look, { capture: true });
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || dialogOpen.current) return;
      const command = commandForKey(event, latest.current);
      if (command === undefined) return;
      event.preventDefault();
      command.run(latest.current);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A step is wanted behind the chosen box, on the chosen wire, or in the middle. */
function wishBeside({ flow, selection: { ids, wire } }: EditorState, view: CanvasView | null): StepWish {
  const screen = view?.centreOnScreen() ?? { x: window.innerWidth / 2, y: window.innerHeight / 2 };
  if (wire !== null) return { screen, wire };
  const port = ids.length === 1 ? nextPort(flow, ids[0]!) : undefined;
  return port === undefined ? { screen } : { screen, after: { from: ids[0]!, port } };
}
