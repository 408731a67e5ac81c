import { type Document, OpenAPIBackend, type Request } from 'openapi-backend';
import {
  type SimulatedAnswer,
  type SimulatedApi,
  type SimulatedCall,
  SimulatedRefusal,
  type SimulatedRequest,
} from './define.js';

/** An API that has its description compiled. */
export interface CompiledApi {
  /** The operation that the call names; null if it is none of this API. */
  match(call: SimulatedCall): string | null;
  /** Checks the call, applies the rule, checks the answer. */
  answer(state: object, call: SimulatedCall): SimulatedAnswer;
}

/** Compiles the description once; each call and each answer is held against it. */
export async function compileApi<State extends object>(api: SimulatedApi<State>): Promise<CompiledApi> {
  const error = api.error ?? ((code, message) => ({ code, message }));
  const backend = new OpenAPIBackend<Document>({
    definition: withEncodedPaths(structuredClone(api.description) as Document),
    apiRoot: api.root,
    quick: true,
    strict: true,
    coerceTypes: true,
    ajvOpts: { strict: false, validateFormats: false },
  });
  await backend.init();
  const known = backend.getOperations().map(({ operationId }) => operationId);
  for (const id of Object.keys(api.rules)) {
    if (!known.includes(id)) throw new Error(`The description has no operation “${id}”. It has: ${known.join(', ')}.`);
  }

  const read = (call: SimulatedCall) => api.read?.(call) ?? call;
  const named = bracketedNames(api.description);
  const wireOf = (call: SimulatedCall) => wireRequest(call, named);
  const answer = (state: State, sent: SimulatedCall): SimulatedAnswer => {
    const refused = api.authorize?.(sent, state);
    if (refused) return refused;
    const call = read(sent);
    const request = wireOf(call);
    const operation = backend.matchOperation(request);
    const rule = operation?.operationId ? api.rules[operation.operationId] : undefined;
    if (!operation?.operationId || !rule) throw new SimulatedRefusal(404, 'Not found');
    const checked = backend.validator.validateRequest(request, operation);
    if (!checked.valid) throw new SimulatedRefusal(400, problemsOf(checked.errors));
    const { params } = backend.router.parseRequest(request, operation);
    const given = rule(state, { ...call, operationId: operation.operationId, params } as SimulatedRequest);
    checkAnswer(backend, operation, given);
    return given;
  };

  return {
    match: (call) => backend.matchOperation(wireOf(read(call)))?.operationId ?? null,
    answer(state, call) {
      try {
        return answer(state as State, call);
      } catch (refusal) {
        if (!(refusal instanceof SimulatedRefusal)) throw refusal;
        return { status: refusal.status, headers: refusal.headers, body: error(refusal.status, refusal.message) };
      }
    },
  };
}

/** An answer that the vendor's description does not allow is a fault of the simulator, and must not pass for the vendor's. */
function checkAnswer(
  backend: OpenAPIBackend<Document>,
  operation: ReturnType<OpenAPIBackend['getOperations']>[number],
  { status = 200, body }: SimulatedAnswer,
): void {
  if (!Object.hasOwn(operation.responses ?? {}, String(status)) || body === undefined) return;
  const checked = backend.validator.validateResponse(body, operation, status);
  if (!checked.valid) {
    throw new Error(`${operation.operationId} answers ${status} not as described: ${problemsOf(checked.errors)}`);
  }
}

function wireRequest({ method, path, query, headers, body }: SimulatedCall, named: Set<string>): Request {
  // A JSON text goes back into its quotes, since openapi-backend parses texts itself.
  const isJsonText = typeof body === 'string' && headers['content-type']?.startsWith('application/json');
  return {
    method,
    path: encoded(path),
    query: nested(query, named) as Request['query'],
    headers,
    body: isJsonText ? JSON.stringify(body) : (body ?? undefined),
  };
}

/**
 * openapi-backend takes what stands between the parameters of a path for a pattern, in which `$`, as in OData’s `/$ref`,
 * would be the end: so it stands encoded in the description and in calls.
 */
const encoded = (path: string): string => path.replaceAll('$', '%24');

function withEncodedPaths(description: Document): Document {
  const paths = Object.entries(description.paths ?? {}).map(([path, item]) => [encoded(path), item]);
  return { ...description, paths: Object.fromEntries(paths) } as Document;
}

/** Parameters that the description itself names with brackets, such as `page[limit]`. */
function bracketedNames(description: unknown): Set<string> {
  if (description === null || typeof description !== 'object') return new Set();
  const { name, in: place } = description as { name?: unknown; in?: unknown };
  const own = place === 'query' && typeof name === 'string' && name.includes('[') ? [name] : [];
  return new Set([...own, ...Object.values(description).flatMap((child) => [...bracketedNames(child)])]);
}

/** Parameters in the style deepObject, as `page[limit]=5`, as the objects that the description declares. */
function nested(query: Record<string, string>, named: Set<string>): Record<string, string | Record<string, string>> {
  const result: Record<string, string | Record<string, string>> = {};
  for (const [name, value] of Object.entries(query)) {
    const [, object, property] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (!object || !property || named.has(name)) result[name] = value;
    else result[object] = { ...(result[object] as Record<string, string>), [property]: value };
  }
  return result;
}

function problemsOf(errors: { instancePath?: string; message?: string }[] | null | undefined): string {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`).join('; ');
}
