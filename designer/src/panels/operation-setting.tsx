import { below, namedOperation } from '@castellan/flow';
import { Select } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../editor/catalog.js';
import { useEditor } from '../editor/editor-context.js';
import { FormScopeProvider, useFormScope } from '../forms/form-scope.js';
import { SchemaForm } from '../forms/schema-form.js';
import { SettingFrame } from '../forms/setting-fields.js';

interface OperationSettingProps {
  /** Of what holds `operation` and `input`. */
  pointer: string;
  slot: unknown;
  operation: unknown;
  input: unknown;
  /** Only operations that change something. */
  writes?: boolean;
}

/** Which operation of a slot's system is called, and with what: a call beside the steps. */
export function OperationSetting({ pointer, slot, operation, input, writes = false }: OperationSettingProps) {
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const scope = useFormScope();
  const field = useId();
  const connector = catalog?.connectors.find(({ id }) => id === slots[String(slot ?? '')]?.connector);
  const operations = (connector?.operations ?? []).filter(({ effect }) => !writes || effect !== 'read');
  const chosen = namedOperation(operations, operation);
  return (
    <>
      <SettingFrame label="Operation" id={field} pointer={below(pointer, 'operation')}>
        <Select
          id={field}
          data={operations.map(({ id, title }) => ({ value: id, label: title }))}
          value={chosen?.id ?? (typeof operation === 'string' ? operation : null)}
          placeholder={connector === undefined ? 'Choose a connection first' : 'Choose what to do'}
          searchable
          allowDeselect={false}
          readOnly={scope.readOnly}
          onChange={(next) => next !== null && scope.change(below(pointer, 'operation'), next)}
        />
      </SettingFrame>
      {chosen !== undefined && (
        // Choices are listed for the step's own operation, not for this one.
        <FormScopeProvider value={{ ...scope, options: undefined }}>
          <SchemaForm schema={chosen.input} value={input} pointer={below(pointer, 'input')} />
        </FormScopeProvider>
      )}
    </>
  );
}
