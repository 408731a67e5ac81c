import type { ApiDefinition, ApiIdempotency, ApiMethod, SignIn } from './definition.js';
import { ApiDocument, type Item, itemOf, textOf, UnusablePart } from './document.js';
import { type DocumentProblem, documentError } from './document-error.js';
import { type FoundOperation, findOperations, makeOperation, type SchemaLimits } from './operations.js';
import { type FoundServer, findServers } from './servers.js';
import { findSignIns } from './sign-ins.js';
import { cut, webAddress } from './words.js';

/** What a person chooses from before an import. Plain JSON. */
export interface Outline {
  /** Of OpenAPI. */
  version: string;
  title: string;
  docs: string;
  servers: FoundServer[];
  signIns: SignIn[];
  operations: OutlineOperation[];
  /** What of the document cannot be used, beside operations. */
  problems: DocumentProblem[];
}

export interface OutlineOperation {
  key: string;
  id: string;
  method: ApiMethod;
  path: string;
  title: string;
  summary: string;
  tags: string[];
  deprecated: boolean;
  /** Proposed by the method. */
  effect: 'read' | 'write' | 'destructive';
  idempotency: ApiIdempotency;
  /** The header that takes the key of an effect: without one it cannot be repeated by key. */
  keyHeader: string | null;
  /** How its pages follow each other. */
  paging: string | null;
  /** A read without needed input: may prove a connection. */
  testable: boolean;
  hash: string;
  /** Why it cannot be imported. */
  unusable: DocumentProblem | null;
}

/** What a person chose. */
export interface ImportChoice {
  /** The connector's id. */
  id: string;
  title: string;
  server: ApiDefinition['server'];
  signIns: SignIn[];
  /** The key of an operation. */
  test: string | null;
  operations: { key: string; effect: OutlineOperation['effect']; idempotency: ApiIdempotency; paging: boolean }[];
}

/** More than any API has. */
const mostOperations = 5_000;
/** Sizes of schemas by which documents are compared, and smaller ones for where many operations are chosen. */
const usualLimits: SchemaLimits = { input: 300, output: 250 };
const smallerLimits: SchemaLimits[] = [
  { input: 200, output: 100 },
  { input: 120, output: 40 },
  { input: 80, output: 12 },
];
/** Of a definition as JSON: each page that shows the catalogue reads it. */
const mostBytes = 4 * 1024 * 1024;

/** Reads a document as far as a person needs it to choose. @throws DocumentError where nothing can be imported. */
export function outlineOf(root: unknown, known: Record<string, string>): Outline {
  const document = new ApiDocument(root);
  const found = findOperations(document, known);
  if (found.length === 0)
    throw documentError('/paths', 'It describes no calls.', 'Take the whole description of the API.');
  if (found.length > mostOperations) {
    throw documentError(
      '/paths',
      `It describes more than ${mostOperations} calls.`,
      'Split it, or leave out what is not needed.',
    );
  }
  const info = itemOf(document.root.info);
  const { signIns, problems } = findSignIns(
    document,
    found.map(({ at }) => at.value),
  );
  return {
    version: textOf(document.root.openapi),
    title: cut(textOf(info.title), 80) || 'Imported API',
    docs: docsOf(document.root),
    servers: findServers(document.root),
    ...{ signIns, problems },
    operations: found.map((one) => outlineOperation(document, one)),
  };
}

function outlineOperation(document: ApiDocument, found: FoundOperation): OutlineOperation {
  const { key, id, method, path, title, tags, at } = found;
  const told = { key, id, method, path, title, tags, deprecated: at.value.deprecated === true };
  try {
    const {
      effect,
      idempotency,
      keyHeader = null,
      paging,
      summary,
      hash,
      input,
    } = makeOperation(document, found, usualLimits);
    const testable = method === 'GET' && (input.required as string[]).length === 0;
    return {
      ...told,
      summary,
      effect,
      idempotency,
      keyHeader,
      paging: paging?.paging ?? null,
      testable,
      hash,
      unusable: null,
    };
  } catch (error) {
    if (!(error instanceof UnusablePart)) throw error;
    const nothing = {
      effect: 'read' as const,
      idempotency: 'natural' as const,
      keyHeader: null,
      paging: null,
      testable: false,
    };
    return { ...told, summary: title, ...nothing, hash: '', unusable: error.problem };
  }
}

/** The definition of a connector of the operations that were chosen. @throws DocumentError where they are too many. */
export function definitionOf(root: unknown, known: Record<string, string>, choice: ImportChoice): ApiDefinition {
  const document = new ApiDocument(root);
  const byKey = new Map(findOperations(document, known).map((one) => [one.key, one]));
  const chosen = choice.operations.map((wish) => {
    const found = byKey.get(wish.key);
    if (!found) throw documentError('', `The document has no operation ${wish.key}.`, 'Read the document again.');
    return { wish, found };
  });
  const whole = new Map(chosen.map(({ found }) => [found.key, made(document, found, usualLimits)]));
  for (const limits of [null, ...smallerLimits]) {
    const operations = chosen.map(({ wish, found }) => {
      const usual = whole.get(found.key)!;
      const { paging, ...operation } = limits === null ? usual : made(document, found, limits);
      const { effect, idempotency } = wish;
      const kept = { effect, idempotency: effect === 'read' ? ('natural' as const) : idempotency };
      return [
        found.id,
        { ...operation, ...kept, ...(paging && wish.paging ? { paging } : {}), hash: usual.hash },
      ] as const;
    });
    const { id, title, server, signIns, test } = choice;
    const proof = test === null ? null : (byKey.get(test)?.id ?? null);
    const definition = {
      id,
      title,
      docs: docsOf(document.root),
      server,
      signIns,
      test: proof,
      operations: Object.fromEntries(operations),
    };
    if (JSON.stringify(definition).length <= mostBytes) return definition;
  }
  throw documentError(
    '',
    'These operations are more than one connector can hold.',
    'Choose fewer, and import the others as another connector.',
  );
}

function made(document: ApiDocument, found: FoundOperation, limits: SchemaLimits) {
  try {
    return makeOperation(document, found, limits);
  } catch (error) {
    if (error instanceof UnusablePart) throw documentError(error.place, error.message, 'Leave this operation out.');
    throw error;
  }
}

function docsOf(root: Item): string {
  const [external, contact] = [itemOf(root.externalDocs), itemOf(itemOf(root.info).contact)];
  return webAddress(external.url) || webAddress(contact.url);
}
