import { type JsonType, type MissingPath, missingPaths, type Shape } from '@castellan/flow';
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, placeholder } from '@codemirror/view';
import { Text } from '@mantine/core';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { type ScopeData, type Suggestion, suggestHandlebars, suggestJsonata } from './completion.js';
import { droppedPath, writtenPath } from './dragged-path.js';
import { expressionColours, handlebarsLanguage, jsonataLanguage } from './expression-languages.js';
import classes from './forms.module.css';
import { helpAt } from './function-help.js';
import { functionInfo } from './function-info.js';

interface ExpressionEditorProps {
  id: string;
  label: string;
  language: 'jsonata' | 'handlebars';
  source: string;
  /** What completion offers. */
  data: ScopeData;
  /** What that looks like: completion offers it too, and a path that is not in it is marked. */
  shape?: Shape | undefined;
  /** The types that the field takes: completion puts them first. */
  expects?: readonly JsonType[] | undefined;
  error: EditorError | undefined;
  readOnly: boolean;
  onChange: (source: string) => void;
  onFocus: (insert: InsertText) => void;
  /** Holds the way to write at the cursor while the editor is there. */
  writer?: RefObject<InsertText | null>;
}

/** What is wrong, and the characters that it is about where that is known. */
export interface EditorError {
  message: string;
  position?: number | undefined;
  length?: number | undefined;
}

/** Writes at the cursor, in the place of what is marked. */
export type InsertText = (text: string) => void;

/** One line of code that grows with its text, with colours, completion and the error marked at its place. */
export function ExpressionEditor(props: ExpressionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // The editor outlives renders; its handlers read the props of the newest one here.
  const latest = useRef(props);
  latest.current = props;
  const { id, label, language, source, readOnly, error, shape, writer } = props;
  const missing = useMemo(
    () => (shape === undefined ? [] : missingPaths(language, source, shape)),
    [language, source, shape],
  );

  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: latest.current.source,
        selection: { anchor: latest.current.source.length },
        extensions: extensions({ id, label, language, readOnly, latest }),
      }),
    });
    view.current = editor;
    if (writer !== undefined) writer.current = (text) => insertText(editor, text);
    return () => {
      editor.destroy();
      view.current = null;
      if (writer !== undefined) writer.current = null;
    };
  }, [id, label, language, readOnly, writer]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === source) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source } });
  }, [source]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const found = [...diagnostics(error, editor.state.doc.length), ...marks(missing, editor.state.doc.length)];
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [error, missing]);

  return (
    <>
      <div ref={host} className={classes.expression} data-error={error !== undefined || undefined} />
      {missing[0] !== undefined && (
        <Text size="xs" className={classes.warning} role="status">
          {missingSentence(missing[0])}
        </Text>
      )}
    </>
  );
}

interface ExtensionOptions extends Pick<ExpressionEditorProps, 'id' | 'label' | 'language' | 'readOnly'> {
  latest: { current: ExpressionEditorProps };
}

function extensions({ id, label, language, readOnly, latest }: ExtensionOptions): Extension[] {
  const suggest = language === 'jsonata' ? suggestJsonata : suggestHandlebars;
  return [
    language === 'jsonata' ? jsonataLanguage : handlebarsLanguage,
    expressionColours,
    bracketMatching(),
    history(),
    EditorView.lineWrapping,
    placeholder(language === 'jsonata' ? 'trigger.body.email' : 'Hello {{trigger.body.name}}'),
    EditorState.readOnly.of(readOnly),
    // What scrolls must be reachable with the keyboard, and be known to be.
    EditorView.contentAttributes.of({ id, 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    autocompletion({
      icons: false,
      override: [
        (context: CompletionContext) => {
          const { data, shape, expects } = latest.current;
          const found = suggest(context.state.doc.toString(), context.pos, data, { shape, expects });
          // Nothing is begun after a blank: a list that opens there would take the next Enter.
          const begun = /[\w$.`#{]$/.test(context.state.sliceDoc(0, context.pos));
          if (found === undefined || !(begun || context.explicit)) return null;
          return { from: found.from, options: found.items.map(optionOf) };
        },
      ],
    }),
    hoverTooltip((view, position) => {
      const found = helpAt(language, view.state.doc.toString(), position);
      return found ? { pos: found.from, end: found.to, create: () => ({ dom: functionInfo(found.help) }) } : null;
    }),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'),
      ...historyKeymap,
    ]),
    EditorView.domEventHandlers({
      drop: (event, view) => {
        const path = droppedPath(event);
        if (path === undefined) return false;
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
        view.dispatch({ selection: { anchor: at } });
        insertText(view, writtenPath(path, language));
        event.preventDefault();
        return true;
      },
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) {
        const source = update.state.doc.toString();
        if (source !== latest.current.source) latest.current.onChange(source);
      }
      if (update.focusChanged && update.view.hasFocus) {
        latest.current.onFocus((text) => insertText(update.view, text));
        if (update.state.doc.length === 0) startCompletion(update.view);
      }
    }),
  ];
}

function insertText(view: EditorView, text: string): void {
  view.dispatch(view.state.replaceSelection(text));
  view.focus();
}

function optionOf({ label, insert, detail, fits, help }: Suggestion): Completion {
  const option = { label, apply: insert, detail, boost: fits ? 1 : 0 };
  return help === undefined ? option : { ...option, info: () => functionInfo(help) };
}

function diagnostics(error: EditorError | undefined, end: number): Diagnostic[] {
  if (error === undefined) return [];
  const { message, position, length = 1 } = error;
  const from = Math.min(position ?? 0, end);
  return [{ from, to: position === undefined ? end : Math.min(from + length, end), severity: 'error', message }];
}

function marks(missing: MissingPath[], length: number): Diagnostic[] {
  return missing.map((each) => ({
    from: Math.min(each.position, length),
    to: Math.min(each.position + each.name.length, length),
    severity: 'warning',
    message: missingSentence(each),
  }));
}

function missingSentence({ path, name, from }: MissingPath): string {
  const holder = path.slice(0, -name.length - 1);
  const by =
    from.length === 2
      ? 'neither by its schema nor in the last run'
      : from[0] === 'run'
        ? 'in the last run'
        : 'by its schema';
  return `There is no ${name} in ${holder}, ${by}.`;
}
