import { z } from 'zod';
import { Empty, Id } from './page.js';
import { route } from './route.js';

/** Of a document, in bytes. */
export const largestDocument = 20 * 1024 * 1024;
/** Of one part of it, before it is written in Base64. */
export const largestPart = 768 * 1024;
/** Of one connector. */
export const mostImportedOperations = 500;

const effect = z.enum(['read', 'write', 'destructive']);
const idempotency = z.enum(['natural', 'key', 'none']);

/** Something wrong with a document: where, what, and what to do. */
const DocumentProblem = z.object({
  /** A JSON pointer into the document, or `line 3, column 7`. */
  place: z.string(),
  message: z.string(),
  fix: z.string().optional(),
});
export type DocumentProblem = z.infer<typeof DocumentProblem>;

const flowNames = z.array(z.object({ flowId: Id, flowName: z.string() }));

const ImportableOperation = z.object({
  /** Method and path: the same in each version of a document. */
  key: z.string(),
  id: z.string(),
  method: z.string(),
  path: z.string(),
  title: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  deprecated: z.boolean(),
  /** As the method says, or as it was imported before. */
  effect,
  idempotency,
  /** The header that takes the key of an effect; without one it cannot be repeated by key. */
  keyHeader: z.string().nullable(),
  /** How its pages follow each other. */
  paging: z.string().nullable(),
  /** All of its pages are read, as is proposed, or as it was imported before. */
  allPages: z.boolean(),
  /** A read without needed input: may prove a connection. */
  testable: z.boolean(),
  /** Why it cannot be imported. */
  unusable: DocumentProblem.nullable(),
  /** Held against the connector as it is: null where it is not in it, or there is none yet. */
  present: z.enum(['same', 'changed']).nullable(),
  /** Flows that call it now. */
  usedBy: flowNames,
});
export type ImportableOperation = z.infer<typeof ImportableOperation>;

const serverChoice = z.object({
  /** With `{variables}`; '' where each connection says it whole. */
  url: z.string().max(2_000),
  variables: z.array(
    z.object({
      name: z.string(),
      default: z.string().optional(),
      choices: z.array(z.string()).optional(),
      description: z.string().optional(),
    }),
  ),
});

export const ConnectorImport = z
  .object({
    id: Id,
    /** The file's name, or its address. */
    source: z.string(),
    /** receiving: parts are to come · waiting: it is being read · ready: to be chosen from · chosen: being made · done, failed */
    state: z.enum(['receiving', 'waiting', 'ready', 'chosen', 'done', 'failed']),
    /** What is being done, in a sentence. */
    progress: z.string().nullable(),
    /** Bytes that are here. */
    received: z.number().int(),
    /** Why it failed, and what to do. */
    problems: z.array(DocumentProblem),
    /** What can be chosen, while it is `ready`. */
    outline: z
      .object({
        version: z.string(),
        title: z.string(),
        docs: z.string(),
        servers: z.array(serverChoice.extend({ description: z.string() })),
        signIns: z.array(z.object({ kind: z.string(), title: z.string() })),
        /** Ways to sign in that cannot be used. */
        problems: z.array(DocumentProblem),
        operations: z.array(ImportableOperation),
      })
      .nullable(),
    /** The connector of which this becomes the next version. */
    into: z
      .object({
        id: z.string(),
        title: z.string(),
        version: z.number().int(),
        /** Its connections stay where they are, and sign in as they do: what of the document is not taken for their sake. */
        connections: z.number().int(),
        /** The operation that proves connections, by its key. */
        test: z.string().nullable(),
        /** Operations that the document does not have any more. */
        gone: z.array(z.object({ id: z.string(), title: z.string(), key: z.string(), usedBy: flowNames })),
      })
      .nullable(),
    /** The connector that came of it. */
    result: z.string().nullable(),
  })
  .meta({ id: 'ConnectorImport' });
export type ConnectorImport = z.infer<typeof ConnectorImport>;

const name = z.string().trim().min(1).max(200);
const into = z.string().max(100).optional().describe('The imported connector of which it becomes the next version');

export const ImportChoice = z
  .object({
    title: z.string().trim().min(1).max(80),
    server: serverChoice,
    signIns: z.array(z.string()).min(1).describe('Kinds of the ways to sign in that connections may use'),
    test: z.string().nullable().default(null).describe('The key of the operation that proves a connection'),
    operations: z
      .array(z.object({ key: z.string(), effect, idempotency, paging: z.boolean().default(true) }))
      .min(1, 'Choose at least one operation.')
      .max(
        mostImportedOperations,
        `At most ${mostImportedOperations} operations: import the others as another connector.`,
      ),
  })
  .meta({ id: 'ConnectorImportChoice' });
export type ImportChoice = z.infer<typeof ImportChoice>;

export const connectorImportRoutes = {
  begin: route({
    method: 'POST',
    path: '/workspaces/:ws/connectors/imports',
    access: 'connection:write',
    summary:
      'Begin to import an OpenAPI document: from a URL, as a text, in parts, or that of an imported connector again',
    status: 202,
    body: z.union([
      z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000), into }),
      z.strictObject({ name, text: z.string().min(1).max(1_000_000), into }),
      z.strictObject({ name, size: z.number().int().min(1).max(largestDocument), into }),
      z.strictObject({ again: z.string().max(100).describe('The imported connector whose document is read again') }),
    ]),
    answer: ConnectorImport,
  }),
  send: route({
    method: 'PUT',
    path: '/workspaces/:ws/connectors/imports/:id/document',
    access: 'connection:write',
    summary: 'Send the next part of a document; it is read when all of it is here',
    body: z.object({
      at: z.number().int().min(0).describe('Bytes that are here already'),
      content: z.base64().max(Math.ceil(largestPart / 3) * 4),
    }),
    answer: ConnectorImport,
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/connectors/imports/:id',
    access: 'connection:write',
    summary: 'How far an import is, and what can be chosen',
    answer: ConnectorImport,
  }),
  choose: route({
    method: 'POST',
    path: '/workspaces/:ws/connectors/imports/:id/choice',
    access: 'connection:write',
    summary: 'Import what was chosen',
    status: 202,
    body: ImportChoice,
    answer: ConnectorImport,
  }),
  discard: route({
    method: 'DELETE',
    path: '/workspaces/:ws/connectors/imports/:id',
    access: 'connection:write',
    summary: 'Give an import up',
    status: 204,
    answer: Empty,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/connectors/:id',
    access: 'connection:write',
    summary: 'Remove an imported connector that nothing uses',
    status: 204,
    answer: Empty,
  }),
};
