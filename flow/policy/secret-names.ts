import { isObject, objectOf } from '../levels.js';
import { refersTo } from '../shapes/schema-shape.js';
import type { Path } from './reads.js';

const endings = [
  ...['password', 'passwd', 'passphrase', 'secret', 'apikey', 'privatekey', 'accesskey', 'secretkey', 'signingkey'],
  ...['accesstoken', 'refreshtoken', 'idtoken', 'authtoken', 'bearertoken', 'apitoken', 'sessiontoken', 'credential'],
  ...['credentials', 'recoverycode', 'recoverycodes', 'activationtoken', 'resettoken'],
];
const wholes = ['token', 'otp', 'pin', 'authorization'];

/** Whether a field's name says that its value opens something: `temp_password`, `clientSecret`, `token`. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  return wholes.includes(plain) || endings.some((ending) => plain.endsWith(ending));
}

/** Descriptions deeper than this are not looked through. */
const deepest = 12;

/** Whether what a JSON Schema describes at a path is called a secret, or has a text below it that is. */
export function describesSecret(schema: unknown, path: Path): boolean {
  return within(schema, path, { root: schema, depth: 0 });
}

function within(schema: unknown, path: Path, { root, depth }: { root: unknown; depth: number }): boolean {
  if (!isObject(schema) || depth > deepest) return false;
  const go = (inner: unknown, rest: Path) => within(inner, rest, { root, depth: depth + 1 });
  if (typeof schema.$ref === 'string') return go(refersTo(schema.$ref, root), path);
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  // Paths lead through lists without saying so.
  if ([...branches, schema.items].some((inner) => go(inner, path))) return true;
  const fields = objectOf(schema.properties);
  const [name, ...rest] = path;
  if (name !== undefined) return Object.hasOwn(fields, name) && go(fields[name], rest);
  return Object.entries(fields).some(([field, inner]) => (isSecretName(field) && mayBeText(inner)) || go(inner, []));
}

/** A flag that is called `mustChangePassword` says nothing secret. */
const mayBeText = (schema: unknown): boolean =>
  !['boolean', 'integer', 'number'].includes(String(objectOf(schema).type));
