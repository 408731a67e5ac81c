import type { Effect, JsonSchema, JsonValue } from '@castellan/sdk';

/** All that is kept of an imported document: what its calls, forms and pages need. Plain JSON. */
export interface ApiDefinition {
  /** The connector's id in its workspace. */
  id: string;
  title: string;
  /** The vendor's pages, an http(s) address or ''. */
  docs: string;
  server: ApiServer;
  signIns: SignIn[];
  /** The read operation, without needed input, that proves a connection; null: whether the server answers. */
  test: string | null;
  operations: Record<string, ApiOperation>;
}

/** Where the API is. */
export interface ApiServer {
  /** An absolute URL, with `{variables}` in it; '' where each connection says it whole. */
  url: string;
  variables: ServerVariable[];
}

export interface ServerVariable {
  name: string;
  default?: string;
  choices?: string[];
  description?: string;
}

/** One way to sign in: all of its parts go along with each call. */
export interface SignIn {
  kind: string;
  title: string;
  parts: SignInPart[];
}

export type SignInPart =
  | {
      type: 'secret';
      in: 'header' | 'query' | 'cookie';
      name: string;
      field: string;
      title: string;
      description?: string;
    }
  | { type: 'basic' }
  | { type: 'bearer'; description?: string }
  | { type: 'clientCredentials'; tokenUrl: string; scopes: string[] }
  | { type: 'authorizationCode'; authorizeUrl: string; tokenUrl: string; scopes: string[] };

export type ApiMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a repeat of an imported call does: there is no way to look. */
export type ApiIdempotency = 'natural' | 'key' | 'none';

export interface ApiOperation {
  method: ApiMethod;
  /** With `{names}` of path parameters. */
  path: string;
  title: string;
  summary: string;
  docs: string;
  tags: string[];
  effect: Effect;
  idempotency: ApiIdempotency;
  /** The header that takes the key of an effect. */
  keyHeader?: string;
  input: JsonSchema;
  output: JsonSchema;
  parameters: ApiParameter[];
  body?: ApiBody;
  /** Its list is read to the end. */
  paging?: ApiPaging;
  sample: { input: JsonValue; output: JsonValue };
  /** Changes whenever a flow that calls it may have to be looked at again. */
  hash: string;
}

/** From a field of the input to its place in the request. */
export interface ApiParameter {
  /** Name of the field. */
  field: string;
  /** Name in the request. */
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  /** How a list or object is written: repeated, joined by a character, `name[key]`, or as JSON. */
  written: 'repeated' | 'joined' | 'deepObject' | 'json';
  joint?: ',' | ' ' | '|';
}

export interface ApiBody {
  kind: 'json' | 'form' | 'multipart' | 'text';
  contentType: string;
  /** Fields of a multipart form that are files. */
  files?: string[];
}

/** As `pagesOf` of the SDK takes it. */
export interface ApiPaging {
  paging: 'link' | 'cursor' | 'page' | 'offset';
  items: string;
  next?: string;
  parameter?: string;
  firstPage: number;
}
