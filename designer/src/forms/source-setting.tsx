import { useId, useRef } from 'react';
import { writtenPath } from './dragged-path.js';
import { ExpressionEditor, type InsertText } from './expression-editor.js';
import { useFormScope } from './form-scope.js';
import { FunctionList } from './function-list.js';
import { SettingFrame } from './setting-fields.js';
import { useEvaluation, ValuePreview } from './value-preview.js';

interface SourceSettingProps {
  label: string;
  help?: string;
  pointer: string;
  source: string;
  language?: 'jsonata' | 'handlebars';
}

/** Source that is kept as plain text, with the value it gives on the sample. */
export function SourceSetting({ label, help, pointer, source, language = 'jsonata' }: SourceSettingProps) {
  const scope = useFormScope();
  const id = useId();
  const writer = useRef<InsertText | null>(null);
  const evaluation = useEvaluation({ [language]: source }, source.trim() !== '');
  return (
    <SettingFrame label={label} pointer={pointer} id={id} {...(help === undefined ? {} : { help })}>
      <ExpressionEditor
        id={id}
        label={label}
        language={language}
        source={source}
        data={scope.data}
        shape={scope.shape}
        writer={writer}
        error={evaluation?.error}
        readOnly={scope.readOnly}
        onChange={(next) => scope.change(pointer, next)}
        onFocus={(insert) => scope.focused(pointer, (path) => insert(writtenPath(path, language)))}
      />
      <ValuePreview evaluation={evaluation} />
      {!scope.readOnly && <FunctionList label={label} language={language} onPick={(text) => writer.current?.(text)} />}
    </SettingFrame>
  );
}
