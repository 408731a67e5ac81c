import { below, type JsonType, shapeOfSchema } from '@castellan/flow';
import { ActionIcon, Button, Select } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  BooleanControl,
  ChoiceControl,
  ChoicesControl,
  JsonControl,
  NumberControl,
  OptionsControl,
  TextControl,
} from './controls.js';
import { problemsAt, useFormScope } from './form-scope.js';
import classes from './forms.module.css';
import { ItemActions } from './item-actions.js';
import {
  type FieldShape,
  fieldShape,
  type JsonSchema,
  labelOf,
  type Property,
  resolveSchema,
  variantOf,
} from './json-schema.js';
import { NameInput } from './name-input.js';
import { blankValue } from './schema-values.js';
import { type PlainControl, ValueField } from './value-field.js';

interface SchemaFieldProps {
  name: string;
  schema: JsonSchema;
  /** The document that references of the schema lead into. */
  root: JsonSchema;
  value: unknown;
  pointer: string;
  /** The field's place inside the form, which its options are listed by. */
  place: string;
  required?: boolean;
  keepEmpty?: boolean;
  /** In the place of the label's text, and at the end of its line. */
  heading?: ReactNode;
  aside?: ReactNode;
}

type Shaped<Type extends FieldShape['type']> = SchemaFieldProps & { shape: Extract<FieldShape, { type: Type }> };

/** The field for one value of a schema: a control for what is flat, fields below it for what is deep. */
export function SchemaField(props: SchemaFieldProps) {
  const { name, schema, root, value, pointer, required = false, keepEmpty = false } = props;
  const resolved = resolveSchema(schema, root);
  const shape = fieldShape(resolved, root);
  const label = labelOf(name, resolved);
  return (
    <ValueField
      label={label}
      help={typeof resolved.description === 'string' ? resolved.description : undefined}
      required={required}
      pointer={pointer}
      value={value}
      template={shape.type === 'text' || shape.type === 'any' || shape.type === 'variants'}
      // A statement is written out: publishing refuses anything else, so nothing else is offered.
      modes={resolved.text === 'sql' ? ['value'] : undefined}
      expects={expectedTypes(resolved, root)}
      keepEmpty={keepEmpty}
      heading={props.heading}
      aside={props.aside}
    >
      {(control) => <PlainField {...props} schema={resolved} shape={shape} label={label} control={control} />}
    </ValueField>
  );
}

/** The types that the schema names; undefined where it takes any. */
function expectedTypes(schema: JsonSchema, root: JsonSchema): readonly JsonType[] | undefined {
  const { types } = shapeOfSchema(schema, root);
  return types.length === 0 ? undefined : types;
}

function PlainField(props: SchemaFieldProps & { shape: FieldShape; label: string; control: PlainControl }) {
  const { shape, label, control, required = false, place } = props;
  const { options } = useFormScope();
  const given = { ...control, label, required };
  if (options?.has(place) && shape.type !== 'list')
    return <OptionsControl {...given} pointer={place} options={options} />;
  switch (shape.type) {
    case 'text':
      return <TextControl {...given} shape={shape} />;
    case 'number':
      return <NumberControl {...given} shape={shape} />;
    case 'boolean':
      return <BooleanControl {...given} />;
    case 'choice':
      return <ChoiceControl {...given} shape={shape} />;
    case 'choices':
      return <ChoicesControl {...given} shape={shape} />;
    case 'list':
      return <ListFields {...props} value={control.value} shape={shape} />;
    case 'object':
      return <ObjectFields {...props} value={control.value} shape={shape} />;
    case 'record':
      return <RecordFields {...props} value={control.value} shape={shape} />;
    case 'variants':
      return <VariantFields {...props} value={control.value} shape={shape} />;
    case 'any':
      return <AnyField {...props} value={control.value} />;
  }
}

/** The fields of an object's properties; those that are optional and empty wait behind a button. */
export function ObjectFields({ shape, root, value, pointer, place }: Omit<Shaped<'object'>, 'name' | 'schema'>) {
  const { problems } = useFormScope();
  const [opened, setOpened] = useState(false);
  const held = asObject(value);
  const isShown = ({ name, required }: Property) =>
    required || name in held || opened || problemsAt(problems, below(pointer, name), true).length > 0;
  const few = shape.properties.length <= 4;
  const shown = shape.properties.filter((property) => few || isShown(property));
  const hidden = shape.properties.length - shown.length;
  return (
    <div className={classes.fields}>
      {shown.map((property) => (
        <SchemaField
          key={property.name}
          name={property.name}
          schema={property.schema}
          root={root}
          value={held[property.name]}
          pointer={below(pointer, property.name)}
          place={`${place}/${property.name}`}
          required={property.required}
        />
      ))}
      {hidden > 0 && (
        <Button variant="subtle" size="compact-xs" className={classes.more} onClick={() => setOpened(true)}>
          {hidden === 1 ? 'One more field' : `${hidden} more fields`}
        </Button>
      )}
    </div>
  );
}

function ListFields({ shape, root, name, value, pointer, place }: Shaped<'list'>) {
  const { change, readOnly } = useFormScope();
  const items = Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
  const move = (from: number, to: number) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    change(pointer, next);
  };
  return (
    <div className={classes.nested}>
      {items.map((item, index) => (
        <div key={below(pointer, index)} className={classes.item}>
          <div className={classes.itemField}>
            <SchemaField
              name={`${labelOf(name, {})} ${index + 1}`}
              schema={{ ...shape.item, title: `${index + 1}` }}
              root={root}
              value={item}
              pointer={below(pointer, index)}
              place={`${place}/*`}
              keepEmpty
            />
          </div>
          {!readOnly && (
            <ItemActions
              number={index + 1}
              isFirst={index === 0}
              isLast={index === items.length - 1}
              onMove={(by) => move(index, index + by)}
              onRemove={() => change(pointer, items.toSpliced(index, 1))}
            />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          variant="light"
          size="compact-xs"
          leftSection={<Plus size={12} />}
          onClick={() => change(pointer, [...items, blankValue(shape.item, root)])}
        >
          Add item
        </Button>
      )}
    </div>
  );
}

function RecordFields({ shape, root, value, pointer, place }: Shaped<'record'>) {
  const { change, readOnly } = useFormScope();
  const held = asObject(value);
  const rename = (from: string, to: string) => {
    if (to === from || to === '' || to in held) return;
    change(pointer, Object.fromEntries(Object.entries(held).map(([name, each]) => [name === from ? to : name, each])));
  };
  return (
    <div className={classes.nested}>
      {Object.entries(held).map(([name, each], index) => (
        <SchemaField
          // The place in the order: a name that is being changed keeps its box.
          key={below(pointer, index)}
          name={name}
          schema={shape.value}
          root={root}
          value={each}
          pointer={below(pointer, name)}
          place={`${place}/*`}
          keepEmpty
          heading={<NameInput name={name} readOnly={readOnly} onRename={(to) => rename(name, to)} />}
          aside={
            !readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Remove ${name}`}
                onClick={() => change(below(pointer, name), undefined)}
              >
                <Trash2 size={14} />
              </ActionIcon>
            )
          }
        />
      ))}
      {!readOnly && (
        <Button
          variant="light"
          size="compact-xs"
          leftSection={<Plus size={12} />}
          onClick={() => change(below(pointer, freeName(held)), blankValue(shape.value, root))}
        >
          Add name
        </Button>
      )}
    </div>
  );
}

function VariantFields({ shape, root, name, value, pointer, place }: Shaped<'variants'>) {
  const { change, readOnly } = useFormScope();
  const chosen = variantOf(value, shape.variants, root);
  const variant = shape.variants[chosen]!;
  return (
    <div className={classes.nested}>
      <Select
        size="xs"
        aria-label={`Form of ${labelOf(name, {})}`}
        data={shape.variants.map((each, index) => ({ value: String(index), label: each.title }))}
        value={String(chosen)}
        readOnly={readOnly}
        allowDeselect={false}
        onChange={(index) => change(pointer, blankValue(shape.variants[Number(index)]!.schema, root))}
      />
      <PlainVariant name={name} schema={variant.schema} root={root} value={value} pointer={pointer} place={place} />
    </div>
  );
}

/** The chosen variant's own control, without a second frame around it. */
function PlainVariant(props: SchemaFieldProps) {
  const { change } = useFormScope();
  const control: PlainControl = {
    id: `${props.pointer}#variant`,
    value: props.value,
    invalid: false,
    onChange: (next) => change(props.pointer, next),
    onExpression: () => change(props.pointer, { jsonata: '' }),
  };
  return (
    <PlainField
      {...props}
      shape={fieldShape(props.schema, props.root)}
      label={labelOf(props.name, {})}
      control={control}
    />
  );
}

const anything: JsonSchema = {};

/** Data of any form: as JSON text, or, where it is an object or a list, field by field with expressions inside. */
function AnyField(props: SchemaFieldProps & { label: string; control: PlainControl }) {
  const { label, control, value, pointer } = props;
  const { change, readOnly } = useFormScope();
  const isDeep = typeof value === 'object' && value !== null;
  // What is being typed stays text, also once it is JSON: only a click turns it into fields.
  const [asText, setAsText] = useState(!isDeep);
  const begin = (next: unknown) => {
    change(pointer, next);
    setAsText(false);
  };
  const isEmpty = value === undefined || value === '';
  return (
    <>
      {isDeep && !asText ? (
        <DeepField {...props} value={value} />
      ) : (
        <JsonControl {...control} label={label} required={props.required ?? false} />
      )}
      {!readOnly && (
        <div className={classes.anyForms}>
          {isDeep && (
            <TextButton onClick={() => setAsText(!asText)}>{asText ? 'Field by field' : 'As JSON'}</TextButton>
          )}
          {isEmpty && <TextButton onClick={() => begin({})}>Field by field</TextButton>}
          {isEmpty && <TextButton onClick={() => begin([])}>As a list</TextButton>}
        </div>
      )}
    </>
  );
}

function DeepField(props: SchemaFieldProps) {
  const shared = { ...props, root: anything, schema: anything };
  return Array.isArray(props.value) ? (
    <ListFields {...shared} shape={{ type: 'list', item: anything }} />
  ) : (
    <RecordFields {...shared} shape={{ type: 'record', value: anything }} />
  );
}

function TextButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Button variant="subtle" size="compact-xs" onClick={onClick}>
      {children}
    </Button>
  );
}

function freeName(held: Record<string, unknown>): string {
  let count = Object.keys(held).length + 1;
  while (`name${count}` in held) count++;
  return `name${count}`;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
