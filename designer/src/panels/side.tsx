import { useEditor } from '../editor/editor-context.js';
import { ConnectionsPanel } from './connections-panel.js';
import { FlowPanel } from './flow-panel.js';
import { ProblemsPanel } from './problems-panel.js';
import { SettingsPanel } from './settings-panel.js';
import { CasesPanel } from './tests/cases-panel.js';
import { TestPanel } from './trial/test-panel.js';
import { VariablesPanel } from './variables-panel.js';
import { VersionsPanel } from './versions-panel.js';

/** What stands at the right of the canvas now. */
export function Side() {
  const side = useEditor((state) => state.side);
  const chosen = useEditor((state) => (state.selection.ids.length === 1 ? state.selection.ids[0] : undefined));
  switch (side) {
    case 'settings':
      return chosen === undefined ? null : <SettingsPanel id={chosen} />;
    case 'variables':
      return <VariablesPanel />;
    case 'connections':
      return <ConnectionsPanel />;
    case 'problems':
      return <ProblemsPanel />;
    case 'versions':
      return <VersionsPanel />;
    case 'flow':
      return <FlowPanel />;
    case 'test':
      return <TestPanel />;
    case 'cases':
      return <CasesPanel />;
    case null:
      return null;
  }
}
