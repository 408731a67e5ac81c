import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { outlineOf } from '../editor/outline.js';
import { useFormScope } from '../forms/form-scope.js';
import { DurationSetting, TextSetting } from '../forms/setting-fields.js';
import { BudgetsSection } from './budgets-section.js';
import { FailureSettings } from './failure-settings.js';
import classes from './panels.module.css';
import { RetentionSection } from './retention-section.js';
import { SettingsScope } from './settings-scope.js';
import { SidePanel } from './side-panel.js';
import { FailingTestsSetting } from './tests/failing-tests-setting.js';
import { IntakeKeyField } from './triggers/intake-key-field.js';
import { TurnsSection } from './turns-section.js';

/** What concerns the flow as a whole. */
export function FlowPanel() {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const trigger = [...outlineOf(flow).places.values()].find((place) => place.type === 'trigger') ?? null;
  return (
    <SettingsScope place={trigger}>
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
  const { change } = useFormScope();
  return (
    <div className={classes.form}>
      <TextSetting label="Name" pointer="/name" value={name} />
      <TextSetting label="Description" pointer="/description" value={description} multiline />
      <IntakeKeyField
        label="Whom its runs are about"
        help="Shown in lists of runs and found by search."
        pointer="/settings/subject"
        value={settings.subject}
        onRemove={() => change('/settings/subject', undefined)}
      />
      <DurationSetting
        label="Longest time of a run"
        help="Counted from its start. Then the run fails, calls under way are aborted, and nobody needs to decide any more."
        pointer="/settings/timeoutSeconds"
        value={settings.timeoutSeconds}
        placeholder="without end"
      />
      <TurnsSection settings={settings} />
      <BudgetsSection settings={settings} />
      <RetentionSection settings={settings} />
      <FailureSettings />
      <FailingTestsSetting value={settings.failingTests} />
    </div>
  );
}
