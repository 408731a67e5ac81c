import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useExportFlow } from '../api/index.js';
import { useCatalog } from '../editor/catalog.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { isUnsaved } from '../editor/editor-store.js';
import { ChoiceSetting, DurationSetting, NumberSetting, TextSetting } from '../forms/setting-fields.js';
import { saveFile } from '../ui/save-file.js';
import classes from './panels.module.css';
import { Section } from './section.js';
import { SettingsScope } from './settings-scope.js';
import { SidePanel } from './side-panel.js';

/** What concerns the flow as a whole. */
export function FlowPanel() {
  const store = useEditorStore();
  return (
    <SettingsScope place={null}>
      <SidePanel
        label="Flow settings"
        head={<strong>Flow settings</strong>}
        onClose={() => store.setState({ side: null })}
      >
        <FlowFields />
      </SidePanel>
    </SettingsScope>
  );
}

function FlowFields() {
  const { name, description, settings = {} } = useEditor((state) => state.flow);
  const flowId = useEditor((state) => state.flowId);
  const catalog = useCatalog();
  return (
    <div className={classes.form}>
      <TextSetting label="Name" pointer="/name" value={name} />
      <TextSetting label="Description" pointer="/description" value={description} multiline />
      <NumberSetting
        label="Runs at once"
        help="More wait in the queue. Left empty: no limit."
        pointer="/settings/concurrency"
        value={settings.concurrency}
        min={1}
      />
      <DurationSetting
        label="Time for a whole run"
        pointer="/settings/timeoutSeconds"
        value={settings.timeoutSeconds}
        placeholder="without end"
      />
      <NumberSetting
        label="Days that runs are kept"
        pointer="/settings/retentionDays"
        value={settings.retentionDays}
        min={1}
      />
      <Section title="When a run fails" summary={settings.onFailure === undefined ? 'nothing more happens' : 'set'}>
        <ChoiceSetting
          label="Run this flow"
          pointer="/settings/onFailure/flow"
          value={settings.onFailure?.flow}
          clearable
          placeholder="None"
          choices={(catalog?.flows ?? [])
            .filter(({ id }) => id !== flowId)
            .map(({ id, name: title }) => ({ value: id, label: title }))}
        />
      </Section>
      <ExportButton />
    </div>
  );
}

/** The saved draft as a file; connections of this workspace are left out of it. */
function ExportButton() {
  const flowId = useEditor((state) => state.flowId);
  const name = useEditor((state) => state.flow.name);
  const unsaved = useEditor(isUnsaved);
  const exporting = useExportFlow();
  return (
    <Button
      variant="default"
      size="compact-sm"
      w="fit-content"
      leftSection={<Download size={14} />}
      loading={exporting.isPending}
      disabled={unsaved}
      onClick={() =>
        exporting.mutate(flowId, {
          onSuccess: (flow) => saveFile(`${fileName(name)}.json`, `${JSON.stringify(flow, null, 2)}\n`),
        })
      }
    >
      Export as a file
    </Button>
  );
}

function fileName(name: string | undefined): string {
  const words = (name ?? '').toLowerCase().match(/[a-z0-9]+/g) ?? ['flow'];
  return words.join('-');
}
