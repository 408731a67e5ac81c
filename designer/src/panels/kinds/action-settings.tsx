import { below, namedOperation } from '@castellan/flow';
import { Anchor, Select, Text } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../../editor/catalog.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SchemaForm } from '../../forms/schema-form.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { CurlImport } from '../curl/curl-import.js';
import classes from '../panels.module.css';
import { SlotSetting } from '../slot-setting.js';
import { FailureSection } from './failure-section.js';
import type { StepSettingsProps } from './step-settings-props.js';
import { UndoSection } from './undo-section.js';

const effectWords = { read: 'reads', write: 'changes something', destructive: 'takes something away' };

/** A call: through which slot, which operation, and its input drawn from the operation's schema. */
export function ActionSettings({ step, pointer }: StepSettingsProps) {
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change, readOnly } = useFormScope();
  const operationField = useId();
  const slot = slots[String(step.connection ?? '')];
  const connector = catalog?.connectors.find(({ id }) => id === slot?.connector);
  const operation = namedOperation(connector?.operations, step.operation);
  return (
    <>
      <SlotSetting slot={step.connection} pointer={pointer} />
      {connector?.id === 'http' && !readOnly && <CurlImport step={step} pointer={pointer} />}
      <SettingFrame label="Operation" id={operationField} pointer={below(pointer, 'operation')}>
        <Select
          id={operationField}
          data={(connector?.operations ?? []).map(({ id, title }) => ({ value: id, label: title }))}
          value={operation?.id ?? (typeof step.operation === 'string' ? step.operation : null)}
          placeholder={connector === undefined ? 'Choose a connection first' : 'Choose what to do'}
          searchable
          allowDeselect={false}
          readOnly={readOnly}
          onChange={(next) => next !== null && change(below(pointer, 'operation'), next)}
        />
      </SettingFrame>
      {operation !== undefined && (
        <Text size="xs" c="dimmed" mt={-10}>
          <span className={operation.effect === 'destructive' ? classes.destructive : undefined}>
            {effectWords[operation.effect]}
          </span>
          {operation.docs && (
            <>
              {' · '}
              <Anchor href={operation.docs} target="_blank" rel="noreferrer" size="xs" underline="always">
                about this operation
              </Anchor>
            </>
          )}
        </Text>
      )}
      {operation !== undefined && (
        <SchemaForm schema={operation.input} value={step.input} pointer={below(pointer, 'input')} />
      )}
      <FailureSection step={step} pointer={pointer} unknown={operation !== undefined && operation.effect !== 'read'} />
      {operation !== undefined && operation.effect !== 'read' && (
        <UndoSection step={step} pointer={pointer} operation={operation} />
      )}
    </>
  );
}
