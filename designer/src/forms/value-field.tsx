import type { JsonType } from '@castellan/flow';
import { Select, Text } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { carriesPath, droppedPath, writtenPath } from './dragged-path.js';
import { type EditorError, ExpressionEditor, type InsertText } from './expression-editor.js';
import { problemsAt, useFormScope } from './form-scope.js';
import classes from './forms.module.css';
import { FunctionList } from './function-list.js';
import { ModeSwitch } from './mode-switch.js';
import { type DataPath, jsonataPath } from './path.js';
import { plainValue, quoteValue, switchMode, templateWith, type ValueMode, valueMode } from './value-mode.js';
import { useEvaluation, ValuePreview } from './value-preview.js';

/** What the control of mode "value" is given. */
export interface PlainControl {
  id: string;
  value: unknown;
  invalid: boolean;
  onChange: (value: unknown) => void;
  /** Goes over to an expression. */
  onExpression: () => void;
}

interface ValueFieldProps {
  label: string;
  help?: string | undefined;
  required?: boolean;
  pointer: string;
  value: unknown;
  /** What is asked in mode "value". */
  children: (control: PlainControl) => ReactNode;
  /** Whether a template makes sense here: it gives text. */
  template?: boolean;
  /** The ways in which it may be given, where they are fewer than usual. */
  modes?: ValueMode[] | undefined;
  /** The types that it takes; left out: any. */
  expects?: readonly JsonType[] | undefined;
  /** A cleared text stays as empty text: in lists, whose items would vanish otherwise. */
  keepEmpty?: boolean;
  /** Without a line for the label; it is read out all the same. */
  compact?: boolean;
  /** Stands in the place of the label's text, such as a box for a name. */
  heading?: ReactNode;
  aside?: ReactNode;
}

/** One field: its label, how the value is given, the control for that, and under it the value or the error. */
export function ValueField(props: ValueFieldProps) {
  const { label, help, required = false, pointer, value, template = true, compact = false } = props;
  const scope = useFormScope();
  const id = useId();
  const mode = valueMode(value);
  const evaluation = useEvaluation(value, mode !== 'value' && !isEmptyExpression(value));
  const problems = problemsAt(scope.problems, pointer);
  const isRefused = problems.some((problem) => problem.severity === 'error');
  const remembered = useRef<Partial<Record<ValueMode, unknown>>>({});
  const frame = useFocusWhenWanted(pointer);
  const writer = useRef<InsertText | null>(null);
  /** The text box that was edited last: where its cursor was stays known when it has lost the focus. */
  const cursor = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);

  const set = (next: unknown) => scope.change(pointer, next === '' && !props.keepEmpty ? undefined : next);
  /** What the person writes now counts: what the field was in another mode is not brought back any more. */
  const write = (next: unknown) => {
    remembered.current = {};
    set(next);
  };
  const changeMode = (next: ValueMode) => {
    remembered.current[mode] = value;
    set(remembered.current[next] ?? switchMode(value, next) ?? (props.keepEmpty ? '' : undefined));
  };
  const modes = props.modes ?? offeredModes(template, scope.variables.length > 0, mode);
  /** The path goes to the cursor: into the expression, or into the text, which becomes a template by it. */
  const insert = (path: DataPath) => {
    if (writer.current !== null && (mode === 'jsonata' || mode === 'handlebars')) {
      writer.current(writtenPath(path, mode));
      return;
    }
    const template =
      mode === 'value' && modes.includes('handlebars') ? withPathAt(value, cursor.current, path) : undefined;
    if (template === undefined && !modes.includes('jsonata')) return;
    write(template ?? { jsonata: jsonataPath(path) });
  };
  const latestInsert = useRef(insert);
  latestInsert.current = insert;

  return (
    <fieldset
      ref={frame}
      className={classes.field}
      data-pointer={pointer}
      onFocus={(event) => {
        // Fields nest: only the innermost one around the cursor is the focused one.
        if (event.target.closest('[data-pointer]') !== event.currentTarget) return;
        if (isTextBox(event.target)) cursor.current = event.target;
        scope.focused(pointer, (path) => latestInsert.current(path));
      }}
      onDragOver={(event) => {
        if (!scope.readOnly && !scope.plain && carriesPath(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        const path = scope.readOnly || scope.plain || event.defaultPrevented ? undefined : droppedPath(event);
        if (path === undefined) return;
        event.preventDefault();
        insert(path);
      }}
    >
      <div className={classes.fieldHead} data-compact={compact || undefined}>
        {props.heading}
        {!compact && props.heading === undefined && (
          <label htmlFor={id} className={classes.fieldLabel}>
            {label}
            {required && (
              <span className={classes.required} title="Required">
                {' *'}
              </span>
            )}
          </label>
        )}
        {!scope.plain && (modes.length > 1 || mode !== 'value') && (
          <ModeSwitch label={label} mode={mode} offered={modes} disabled={scope.readOnly} onChange={changeMode} />
        )}
        {props.aside}
      </div>
      {help !== undefined && !compact && (
        <Text size="xs" c="dimmed" className={classes.help}>
          {help}
        </Text>
      )}
      {mode === 'value' &&
        props.children({
          id,
          value: plainValue(value),
          invalid: isRefused,
          onChange: (next) => write(quoteValue(next)),
          onExpression: () => set({ jsonata: '' }),
        })}
      {(mode === 'jsonata' || mode === 'handlebars') && (
        <ExpressionEditor
          key={mode}
          id={id}
          label={label}
          language={mode}
          source={sourceOf(value)}
          data={scope.data}
          shape={scope.shape}
          expects={props.expects}
          writer={writer}
          error={errorOf(evaluation, problems[0]?.message)}
          readOnly={scope.readOnly}
          onChange={(source) => write({ [mode]: source })}
          onFocus={() => scope.focused(pointer, (path) => latestInsert.current(path))}
        />
      )}
      {mode === 'variable' && (
        <Select
          id={id}
          aria-label={label}
          data={scope.variables.map((variable) => ({ value: variable.name, label: variable.title }))}
          value={sourceOf(value)}
          readOnly={scope.readOnly}
          placeholder="Choose a variable"
          onChange={(name) => name !== null && write({ var: name })}
        />
      )}
      {mode !== 'value' && !isRefused && <ValuePreview evaluation={evaluation} />}
      {(mode === 'jsonata' || mode === 'handlebars') && !scope.readOnly && (
        <FunctionList label={label} language={mode} onPick={(text) => writer.current?.(text)} />
      )}
      {problems.map((problem) => (
        <Text key={`${problem.code} ${problem.message}`} size="xs" className={classes[problem.severity]} role="alert">
          {problem.message}
          {problem.fix !== undefined && ` ${problem.fix}`}
        </Text>
      ))}
    </fieldset>
  );
}

/** Scrolls to the field and puts the cursor into it when the problems list, or a command, asks for its place. */
export function useFocusWhenWanted(pointer: string) {
  const frame = useRef<HTMLFieldSetElement>(null);
  const { wanted } = useFormScope();
  const isWanted = wanted === pointer;
  useEffect(() => {
    if (!isWanted || frame.current === null) return;
    frame.current.scrollIntoView({ block: 'center' });
    frame.current.querySelector<HTMLElement>('input, textarea, [contenteditable="true"]')?.focus();
  }, [isWanted]);
  return frame;
}

function isTextBox(target: EventTarget): target is HTMLInputElement | HTMLTextAreaElement {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text');
}

/** The text with the path where its cursor was, else at its end; undefined where there is no text yet. */
function withPathAt(value: unknown, box: HTMLInputElement | HTMLTextAreaElement | null, path: DataPath) {
  const plain = plainValue(value);
  if (typeof plain !== 'string' || plain === '') return undefined;
  const end = plain.length;
  const isOwn = box !== null && box.value === plain;
  return templateWith(
    plain,
    { from: isOwn ? (box.selectionStart ?? end) : end, to: isOwn ? (box.selectionEnd ?? end) : end },
    path,
  );
}

function offeredModes(template: boolean, variables: boolean, present: ValueMode): ValueMode[] {
  const modes: ValueMode[] = ['value', 'jsonata'];
  if (template || present === 'handlebars') modes.push('handlebars');
  if (variables || present === 'variable') modes.push('variable');
  return modes;
}

function sourceOf(value: unknown): string {
  return String(Object.values(value as Record<string, unknown>)[0]);
}

function isEmptyExpression(value: unknown): boolean {
  return sourceOf(value).trim() === '';
}

function errorOf(evaluation: ReturnType<typeof useEvaluation>, problem: string | undefined): EditorError | undefined {
  if (evaluation?.error !== undefined) return evaluation.error;
  return problem === undefined ? undefined : { message: problem };
}
