import { acceptCompletion, autocompletion, type CompletionContext, startCompletion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type ScopeData, suggestHandlebars, suggestJsonata } from './completion.js';
import { expressionColours, handlebarsLanguage, jsonataLanguage } from './expression-languages.js';
import classes from './forms.module.css';

interface ExpressionEditorProps {
  id: string;
  label: string;
  language: 'jsonata' | 'handlebars';
  source: string;
  /** What completion offers. */
  data: ScopeData;
  error: { message: string; position?: number | undefined } | undefined;
  readOnly: boolean;
  onChange: (source: string) => void;
  onFocus: (insert: (text: string) => void) => void;
}

/** One line of code that grows with its text, with colours, completion and the error marked at its place. */
export function ExpressionEditor(props: ExpressionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // The editor outlives renders; its handlers read the props of the newest one here.
  const latest = useRef(props);
  latest.current = props;
  const { id, label, language, source, readOnly, error } = props;

  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: latest.current.source,
        extensions: extensions({ id, label, language, readOnly, latest }),
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [id, label, language, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === source) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source } });
  }, [source]);

  useEffect(() => {
    const editor = view.current;
    if (editor !== null) editor.dispatch(setDiagnostics(editor.state, diagnostics(error, editor.state.doc.length)));
  }, [error]);

  return <div ref={host} className={classes.expression} data-error={error !== undefined || undefined} />;
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
    EditorView.contentAttributes.of({ id, 'aria-label': label, spellcheck: 'false' }),
    autocompletion({
      icons: false,
      override: [
        (context: CompletionContext) => {
          const found = suggest(context.state.doc.toString(), context.pos, latest.current.data);
          // Nothing is begun after a blank: a list that opens there would take the next Enter.
          const begun = /[\w$.`#{]$/.test(context.state.sliceDoc(0, context.pos));
          if (found === undefined || !(begun || context.explicit)) return null;
          return {
            from: found.from,
            options: found.items.map((item) => ({ label: item.label, apply: item.insert, detail: item.detail })),
          };
        },
      ],
    }),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'),
      ...historyKeymap,
    ]),
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

function diagnostics(error: ExpressionEditorProps['error'], length: number): Diagnostic[] {
  if (error === undefined) return [];
  const at = Math.min(error.position ?? 0, length);
  // Parsers say where a token ended; the character before is what the eye looks for.
  const from = error.position === undefined ? 0 : Math.max(0, at - 1);
  return [
    { from, to: error.position === undefined ? length : Math.max(at, from), severity: 'error', message: error.message },
  ];
}
