import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** JSONata for the editor's colours; the server's parser decides what is right. */
export const jsonataLanguage = StreamLanguage.define<{ comment: boolean }>({
  name: 'jsonata',
  startState: () => ({ comment: false }),
  token: (stream, state) => {
    if (state.comment || stream.match('/*')) {
      state.comment = !stream.skipTo('*/');
      if (state.comment) stream.skipToEnd();
      else stream.match('*/');
      return 'comment';
    }
    return jsonataToken(stream);
  },
});

function jsonataToken(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return 'string';
  if (stream.match(/^`[^`]*`?/)) return 'propertyName';
  if (stream.match(/^\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/)) return 'number';
  if (stream.match(/^\$[A-Za-z_]\w*(?=\s*\()/)) return 'variableName.function';
  if (stream.match(/^\$\$?\w*/)) return 'variableName';
  if (stream.match(/^(?:and|or|in|function)\b/)) return 'keyword';
  if (stream.match(/^(?:true|false|null)\b/)) return 'atom';
  if (stream.match(/^[A-Za-z_]\w*/)) return 'propertyName';
  if (stream.match(/^(?:~>|:=|!=|<=|>=|\.\.|\*\*|[-+*/%&|=<>?:^@#])/)) return 'operator';
  stream.next();
  return null;
}

/** Handlebars templates: plain text with coloured braces. */
export const handlebarsLanguage = StreamLanguage.define<{ inside: boolean }>({
  name: 'handlebars',
  startState: () => ({ inside: false }),
  token: (stream, state) => {
    if (!state.inside) {
      if (stream.match(/^\{\{!(?:--.*?--|[^}]*)\}\}/)) return 'comment';
      if (stream.match(/^\{\{\{?[#/^&]?/)) {
        state.inside = true;
        return 'brace';
      }
      if (!stream.skipTo('{{')) stream.skipToEnd();
      return null;
    }
    if (stream.match(/^\}\}\}?/)) {
      state.inside = false;
      return 'brace';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^"[^"]*"?/) || stream.match(/^'[^']*'?/)) return 'string';
    if (stream.match(/^\d+\b/)) return 'number';
    if (stream.match(/^(?:if|unless|each|with|else|lookup|this)\b/)) return 'keyword';
    if (stream.match(/^(?:true|false|null|undefined)\b/)) return 'atom';
    if (stream.match(/^[A-Za-z_@][\w.]*/)) return 'propertyName';
    stream.next();
    return null;
  },
});

/** Colours come from variables, so that light and dark are one style. */
export const expressionColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.string, color: 'var(--expression-string)' },
    { tag: tags.number, color: 'var(--expression-number)' },
    { tag: tags.atom, color: 'var(--expression-number)' },
    { tag: tags.keyword, color: 'var(--expression-keyword)' },
    { tag: tags.brace, color: 'var(--expression-keyword)' },
    { tag: [tags.function(tags.variableName), tags.variableName], color: 'var(--expression-function)' },
    { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  ]),
);
