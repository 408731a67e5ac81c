import { below, type StepKind, type TriggerKind } from '@castellan/flow';
import { Code, Tabs, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { boxKindOf } from '../canvas/box-data.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { select } from '../editor/editor-store.js';
import { outlineOf, type Place } from '../editor/outline.js';
import { problemsAt, useFormScope } from '../forms/form-scope.js';
import { DataTree } from './data-tree.js';
import { JoinSetting } from './join-setting.js';
import { stepSettings } from './kinds/index.js';
import { LowerPane } from './lower-pane.js';
import classes from './panels.module.css';
import { ResultPane } from './result/result-pane.js';
import { SettingsScope } from './settings-scope.js';
import { SidePanel } from './side-panel.js';
import { triggerSettings } from './triggers/index.js';
import { TriggerStatus } from './triggers/trigger-status.js';

/** The settings of the chosen step or trigger, the data it sees, and what it gave in the run that is shown. */
export function SettingsPanel({ id }: { id: string }) {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const place = outlineOf(flow).places.get(id);
  if (place === undefined) return null;
  return (
    <SettingsScope key={id} place={place}>
      <SidePanel
        label={place.type === 'step' ? 'Step settings' : 'Trigger settings'}
        head={<Heading place={place} />}
        onClose={() => select(store, [])}
        foot={<Beside place={place} />}
      >
        <Settings place={place} />
      </SidePanel>
    </SettingsScope>
  );
}

/** The data that the step sees, and what it gave last: beside the form, so that a click puts a path into its field. */
function Beside({ place }: { place: Place }) {
  const [tab, setTab] = useLocalStorage<string | null>({ key: 'castellan-beside', defaultValue: 'run' });
  return (
    <LowerPane label="Data and last run">
      <Tabs value={tab} onChange={setTab} keepMounted={false} classNames={{ panel: classes.tab ?? '' }}>
        <Tabs.List className={classes.stickyTabs}>
          <Tabs.Tab value="data">Data</Tabs.Tab>
          <Tabs.Tab value="run">Last run</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="data">
          <DataTree />
        </Tabs.Panel>
        <Tabs.Panel value="run">
          <ResultPane place={place} />
        </Tabs.Panel>
      </Tabs>
    </LowerPane>
  );
}

function Heading({ place }: { place: Place }) {
  const { change, readOnly, wanted } = useFormScope();
  const input = useRef<HTMLInputElement>(null);
  const title = (place.type === 'step' ? place.step.title : place.trigger.title) ?? '';
  const pointer = below(place.pointer, 'title');
  useEffect(() => {
    if (wanted === pointer) input.current?.select();
  }, [wanted, pointer]);
  return (
    <div className={classes.heading}>
      <TextInput
        ref={input}
        variant="unstyled"
        aria-label="Title"
        value={title}
        placeholder={place.id}
        readOnly={readOnly}
        classNames={{ input: classes.headingInput ?? '' }}
        onChange={(event) => change(pointer, event.currentTarget.value || undefined)}
      />
      <Text size="xs" c="dimmed">
        {kindTitle(place)} · <Code>{place.id}</Code>
      </Text>
    </div>
  );
}

function kindTitle(place: Place): string {
  const kind = (place.type === 'step' ? place.step.kind : place.trigger.kind) as StepKind | TriggerKind;
  return boxKindOf({ kind, isTrigger: place.type === 'trigger' })?.title ?? 'Unknown kind';
}

function Settings({ place }: { place: Place }) {
  if (place.type === 'trigger') {
    const Trigger = triggerSettings[place.trigger.kind as TriggerKind] ?? UnknownKind;
    return (
      <div className={classes.form}>
        <GeneralProblems place={place} />
        <TriggerStatus id={place.id} />
        <Trigger id={place.id} trigger={place.trigger} pointer={place.pointer} />
      </div>
    );
  }
  const Step = stepSettings[place.step.kind as StepKind] ?? UnknownKind;
  return (
    <div className={classes.form}>
      <GeneralProblems place={place} />
      <Step id={place.id} step={place.step} pointer={place.pointer} />
      <JoinSetting place={place} />
    </div>
  );
}

function UnknownKind() {
  return (
    <Text size="sm" c="dimmed">
      This version does not know this kind. It is kept as it is.
    </Text>
  );
}

/** Problems of the box as a whole, which have no field. */
function GeneralProblems({ place }: { place: Place }) {
  const { problems } = useFormScope();
  return problemsAt(problems, place.pointer).map((problem) => (
    <Text key={`${problem.code} ${problem.message}`} size="sm" className={classes[problem.severity]} role="alert">
      {problem.message} {problem.fix}
    </Text>
  ));
}
