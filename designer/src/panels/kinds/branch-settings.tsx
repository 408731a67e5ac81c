import { below, type DraftCase } from '@castellan/flow';
import { ActionIcon, Button, Text, TextInput } from '@mantine/core';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { changeCases } from '../../editor/editing.js';
import { useEditorStore } from '../../editor/editor-context.js';
import { ConditionEditor } from '../../forms/condition-editor.js';
import { problemsAt, useFormScope } from '../../forms/form-scope.js';
import classes from '../panels.module.css';
import type { StepSettingsProps } from './step-settings-props.js';

/** The cases of a branch, from the first; what fits none goes by else. */
export function BranchSettings({ id, step, pointer }: StepSettingsProps) {
  const store = useEditorStore();
  const { readOnly } = useFormScope();
  const cases = (Array.isArray(step.cases) ? step.cases : []) as DraftCase[];
  const list = below(pointer, 'cases');
  const write = (next: DraftCase[]) => changeCases(store, id, next);
  const move = (from: number, to: number) => {
    const next = [...cases];
    next.splice(to, 0, ...next.splice(from, 1));
    write(next);
  };
  return (
    <>
      <Text size="xs" c="dimmed">
        The first case that holds is taken. What fits none goes by else.
      </Text>
      {cases.map((each, index) => (
        <fieldset key={below(list, index)} className={classes.card} aria-label={`Case ${each.name ?? index + 1}`}>
          <div className={classes.cardHead}>
            <CaseName
              number={index + 1}
              name={each.name ?? ''}
              onRename={(name) => write(cases.with(index, { ...each, name }))}
            />
            {!readOnly && (
              <>
                <CaseButton label="Move the case up" disabled={index === 0} onClick={() => move(index, index - 1)}>
                  <ArrowUp size={14} />
                </CaseButton>
                <CaseButton
                  label="Move the case down"
                  disabled={index === cases.length - 1}
                  onClick={() => move(index, index + 1)}
                >
                  <ArrowDown size={14} />
                </CaseButton>
                <CaseButton
                  label="Remove the case"
                  disabled={cases.length === 1}
                  onClick={() => write(cases.toSpliced(index, 1))}
                >
                  <Trash2 size={14} />
                </CaseButton>
              </>
            )}
          </div>
          <ConditionEditor
            label={`Case ${each.name ?? index + 1}`}
            value={each.when}
            pointer={below(list, index, 'when')}
          />
          <CaseProblems pointer={below(list, index)} />
        </fieldset>
      ))}
      {!readOnly && (
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<Plus size={14} />}
          className={classes.addButton}
          onClick={() =>
            write([
              ...cases,
              { name: freeName(cases), when: { all: [{ left: { jsonata: '' }, op: 'eq', right: '' }] } },
            ])
          }
        >
          Add case
        </Button>
      )}
    </>
  );
}

/** The name of a case is the name of its port: wires follow when it changes. */
function CaseName({ number, name, onRename }: { number: number; name: string; onRename: (name: string) => void }) {
  const { readOnly } = useFormScope();
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <TextInput
      size="xs"
      flex={1}
      aria-label={`Name of case ${number}`}
      value={draft ?? name}
      readOnly={readOnly}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      onBlur={() => {
        if (draft !== null && draft.trim() !== '') onRename(draft.trim());
        setDraft(null);
      }}
    />
  );
}

function CaseProblems({ pointer }: { pointer: string }) {
  const { problems } = useFormScope();
  return [...problemsAt(problems, below(pointer, 'name')), ...problemsAt(problems, below(pointer, 'when'))].map(
    (problem) => (
      <Text key={`${problem.code} ${problem.message}`} size="xs" c="red" role="alert">
        {problem.message}
      </Text>
    ),
  );
}

function CaseButton(props: { label: string; disabled: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </ActionIcon>
  );
}

function freeName(cases: DraftCase[]): string {
  const names = new Set(cases.map(({ name }) => name));
  let number = cases.length + 1;
  while (names.has(`case ${number}`)) number++;
  return `case ${number}`;
}
