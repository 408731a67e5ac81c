import { words } from '../../ui/format.js';

/** The fields of a connection's form, drawn from the JSON Schema of a connector's way to sign in. */

export interface AuthField {
  name: string;
  label: string;
  help?: string;
  control: 'text' | 'secret' | 'long-secret' | 'long-text' | 'number' | 'switch' | 'choice' | 'list';
  required: boolean;
  choices?: { value: string; label: string }[];
  placeholder?: string;
  pattern?: string;
  minLength?: number;
  initial: FieldValue;
}

export type FieldValue = string | number | boolean | string[];
export type FieldValues = Record<string, FieldValue>;

interface Property {
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  minLength?: number;
  multiline?: boolean;
  secret?: boolean;
}

/** The fields in the order of the schema. */
export function authFields(schema: Record<string, unknown>, secrets: readonly string[]): AuthField[] {
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  const required = (schema.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => {
    const control = controlOf(property, secrets.includes(name));
    return {
      name,
      label: property.title ?? words(name),
      help: property.description,
      control,
      required: required.includes(name) && control !== 'switch',
      choices: property.enum?.map((value) => ({ value: String(value), label: String(value) })),
      placeholder: property.examples?.[0] === undefined ? undefined : String(property.examples[0]),
      pattern: property.pattern,
      minLength: property.minLength,
      initial: initialOf(property.default, control),
    };
  });
}

/** What the form shows at first: stored settings, else defaults. Secrets are never told, so they start empty. */
export function startValues(fields: AuthField[], settings: Record<string, unknown> = {}): FieldValues {
  return Object.fromEntries(
    fields.map((field) => {
      const stored = settings[field.name];
      return [field.name, isSecret(field) || stored === undefined ? field.initial : initialOf(stored, field.control)];
    }),
  );
}

/** A sentence for each field that cannot be sent as it is. A secret that is stored may stay empty. */
export function fieldProblems(
  fields: AuthField[],
  values: FieldValues,
  stored: readonly string[] = [],
): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.name] ?? '';
    if (isEmpty(value)) {
      if (field.required && !stored.includes(field.name)) problems[field.name] = `${field.label} is needed.`;
    } else if (typeof value === 'string') {
      if (field.minLength !== undefined && value.length < field.minLength) {
        problems[field.name] = `${field.label} has at least ${field.minLength} characters.`;
      } else if (field.pattern !== undefined && !matches(field.pattern, value)) {
        problems[field.name] = `${field.label} does not have the form that is wanted${example(field)}.`;
      }
    }
  }
  return problems;
}

/** The fields of the request: what is empty is left out, so that a stored secret stays as it is. */
export function fieldsToSend(fields: AuthField[], values: FieldValues): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const { name } of fields) {
    const value = values[name];
    if (value !== undefined && !isEmpty(value)) sent[name] = value;
  }
  return sent;
}

export function isSecret(field: AuthField): boolean {
  return field.control === 'secret' || field.control === 'long-secret';
}

function controlOf(property: Property, secret: boolean): AuthField['control'] {
  const type = Array.isArray(property.type) ? property.type[0] : property.type;
  if (secret || property.secret) return property.multiline ? 'long-secret' : 'secret';
  if (property.enum) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'array') return 'list';
  return property.multiline ? 'long-text' : 'text';
}

function initialOf(value: unknown, control: AuthField['control']): FieldValue {
  if (control === 'switch') return value === true;
  if (control === 'list') return Array.isArray(value) ? value.map(String) : [];
  if (control === 'number') return typeof value === 'number' ? value : '';
  return value === undefined || value === null ? '' : String(value);
}

function isEmpty(value: FieldValue): boolean {
  return Array.isArray(value) ? value.length === 0 : value === '';
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    // A pattern that this browser cannot read is checked by the server.
    return true;
  }
}

function example(field: AuthField): string {
  return field.placeholder === undefined ? '' : `, for example ${field.placeholder}`;
}
