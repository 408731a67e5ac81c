import { shellWords } from './shell-words.js';

/** How a command signs in: what belongs into a connection and never into a flow. */
export type SignIn = { title: string; kind: 'bearer' | 'basic' | 'header' | 'query'; fields: Record<string, string> };

/** A curl command as a step of the HTTP connector. */
export interface CurlStep {
  operation: 'get' | 'request';
  input: Record<string, unknown>;
  /** Whom it calls, such as `https://api.example.com`. */
  origin: string;
  signIn: SignIn | null;
  /** Sentences on what the step does not do as the command did. */
  left: string[];
}

/** Options with a value that say nothing of the request itself, or what the server has settings of its own for. */
const idle = new Set(
  '-o --output -w --write-out -m --max-time --connect-timeout --retry --retry-delay --cacert -x --proxy --limit-rate --resolve'.split(
    ' ',
  ),
);
const dataOptions = new Set('-d --data --data-raw --data-ascii --data-binary --data-urlencode --json'.split(' '));
const short: Record<string, string> = {
  ...{ '-X': '--request', '-H': '--header', '-u': '--user', '-A': '--user-agent', '-e': '--referer' },
  ...{ '-b': '--cookie', '-F': '--form', '-G': '--get', '-I': '--head' },
};
const secretHeader = /^(?:authorization|proxy-authorization|(?:x-)?(?:api|auth|access)[-_]?(?:key|token)|x-token)$/i;
const secretParameter = /^(?:api_?key|access_?token|token|key|secret|sig|signature)$/i;

interface Read {
  method?: string;
  url?: string;
  headers: [string, string][];
  data: { option: string; value: string }[];
  user?: string;
  get: boolean;
  left: string[];
}

/** Reads a curl command. @throws Error with a sentence where it is none. */
export function readCurl(command: string): CurlStep {
  const read = readOptions(shellWords(command.trim()));
  if (read.url === undefined) throw new Error('The command names no URL.');
  const address = /^https?:\/\//i.test(read.url) ? read.url : `https://${read.url}`;
  if (!URL.canParse(address)) throw new Error(`“${read.url.slice(0, 200)}” is no URL.`);
  const url = new URL(address);
  const headers = new Map(read.headers.map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const parameters = [...url.searchParams];
  const body = bodyOf(read, headers.get('content-type')?.value);
  if (read.get) parameters.push(...new URLSearchParams(read.data.map(({ value }) => value).join('&')));
  const signIn = signInOf(read, url, headers, parameters);
  const method = (read.method ?? (body === null ? 'GET' : 'POST')).toUpperCase();
  if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) {
    throw new Error(`The method ${method} cannot be called by a step.`);
  }
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && body !== null) read.left.push(`The body was left out: a ${method} request has none here.`);
  for (const name of ['content-length', 'host', 'connection', 'accept-encoding', 'content-type']) headers.delete(name);
  url.search = '';
  url.hash = '';
  const query = queryOf(parameters, read.left);
  const given = [...headers.values()].map(({ name, value }) => [name, value] as const);
  return {
    operation: reads ? 'get' : 'request',
    origin: url.origin,
    signIn,
    left: read.left,
    input: {
      ...(method === 'GET' ? {} : { method }),
      url: url.href,
      ...(Object.keys(query).length > 0 ? { query } : {}),
      ...(given.length > 0 ? { headers: Object.fromEntries(given) } : {}),
      ...(reads ? {} : body),
    },
  };
}

function readOptions([program, ...words]: string[]): Read {
  if (program !== 'curl' && program !== 'curl.exe') throw new Error('The command does not begin with curl.');
  const read: Read = { headers: [], data: [], get: false, left: [] };
  for (let at = 0; at < words.length; at += 1) {
    const [option, joined] = split(words[at] as string);
    const value = () => joined ?? words[++at] ?? '';
    if (option === null) read.url ??= words[at] as string;
    else if (dataOptions.has(option)) read.data.push({ option, value: value() });
    else if (option === '--request') read.method = value();
    else if (option === '--url') read.url = value();
    else if (option === '--header') addHeader(read, value());
    else if (option === '--user') read.user = value();
    else if (option === '--user-agent') read.headers.push(['User-Agent', value()]);
    else if (option === '--referer') read.headers.push(['Referer', value()]);
    else if (option === '--get') read.get = true;
    else if (option === '--head') read.method ??= 'HEAD';
    else if (option === '--cookie') leaveCookies(read, value());
    else if (option === '--form') throw new Error('A command with --form (files and parts) cannot be taken over.');
    else if (idle.has(option)) value();
  }
  return read;
}

/** An option's long name and the value that is written together with it: `-XPOST`, `--request=POST`. */
function split(word: string): [option: string | null, joined?: string] {
  if (!word.startsWith('-') || word === '-') return [null];
  if (word.startsWith('--')) {
    const at = word.indexOf('=');
    return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
  }
  const flag = word.slice(0, 2);
  const name = short[flag] ?? flag;
  const takesValue = name !== '--get' && name !== '--head' && (short[flag] !== undefined || flag === '-d');
  return takesValue && word.length > 2 ? [name, word.slice(2)] : [name];
}

/** Whatever they are: they are secrets of somebody's session. */
function leaveCookies({ left }: Read, cookies: string): void {
  const names = cookies.split(';').map((pair) => pair.split('=')[0]?.trim());
  left.push(`Cookies were left out (${names.join(', ')}): they are secrets of somebody’s session.`);
}

function addHeader(read: Read, line: string): void {
  const at = line.indexOf(':');
  const name = line.slice(0, at).trim();
  if (at < 1) return;
  if (name.toLowerCase() === 'cookie') leaveCookies(read, line.slice(at + 1));
  else read.headers.push([name, line.slice(at + 1).trim()]);
}

/** Takes what signs in out of headers and query. */
function signInOf(
  { user, left }: Read,
  url: URL,
  headers: Map<string, { name: string; value: string }>,
  parameters: [string, string][],
): SignIn | null {
  const found: SignIn[] = [];
  const pair =
    user ?? (url.username ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` : null);
  if (pair !== null) found.push(basic(pair));
  url.username = '';
  url.password = '';
  for (const [key, { name, value }] of [...headers]) {
    if (!secretHeader.test(key)) continue;
    headers.delete(key);
    found.push(ofHeader(name, value));
  }
  for (const [name, value] of [...parameters]) {
    if (!secretParameter.test(name)) continue;
    parameters.splice(
      parameters.findIndex(([other]) => other === name),
      1,
    );
    found.push({ title: `the parameter ${name}`, kind: 'query', fields: { name, value } });
  }
  for (const { title } of found.slice(1)) left.push(`It also signs in with ${title}, which was left out.`);
  return found[0] ?? null;
}

function ofHeader(name: string, value: string): SignIn {
  const [, scheme = '', rest = ''] = name.toLowerCase() === 'authorization' ? (/^(\S+)\s+(.+)$/.exec(value) ?? []) : [];
  if (scheme.toLowerCase() === 'bearer') return { title: 'a bearer token', kind: 'bearer', fields: { token: rest } };
  if (scheme.toLowerCase() === 'basic') {
    try {
      return basic(new TextDecoder().decode(Uint8Array.from(atob(rest), (letter) => letter.charCodeAt(0))));
    } catch {
      // Not what a basic header holds: it is kept as it is.
    }
  }
  return { title: `the header ${name}`, kind: 'header', fields: { name, value } };
}

function basic(pair: string): SignIn {
  const at = pair.indexOf(':');
  const [username, password] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  return { title: 'a user name and password', kind: 'basic', fields: { username, password } };
}

function queryOf(parameters: [string, string][], left: string[]): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (name in query) left.push(`The parameter ${name} stands twice; the last one was taken.`);
    query[name] = value;
  }
  return query;
}

/** The body as the connector's fields have it. */
function bodyOf({ data, get }: Read, contentType: string | undefined): Record<string, unknown> | null {
  if (data.length === 0 || get) return null;
  if (data.some(({ option, value }) => option !== '--data-raw' && value.startsWith('@'))) {
    throw new Error('The command sends a file (@…), which the browser cannot read. Put its content in place of it.');
  }
  const asJson = data.some(({ option }) => option === '--json');
  const text = data
    .map(({ option, value }) => (option === '--data-urlencode' ? urlEncoded(value) : value))
    .join(asJson ? '' : '&');
  const type = contentType ?? (asJson ? 'application/json' : 'application/x-www-form-urlencoded');
  if (/\bjson\b/i.test(type)) {
    const json = parsed(text);
    if (json !== undefined) return { json: asLiteral(json) };
  }
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    const pairs = [...new URLSearchParams(text)];
    if (new Set(pairs.map(([name]) => name)).size === pairs.length) return { form: Object.fromEntries(pairs) };
  }
  return { text, contentType: type };
}

/** `name=a b` as `name=a%20b`, which is what the option is for. */
function urlEncoded(value: string): string {
  const at = value.indexOf('=');
  return at < 0 ? encodeURIComponent(value) : `${value.slice(0, at)}=${encodeURIComponent(value.slice(at + 1))}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Data that looks like an expression is said to be none. */
function asLiteral(value: unknown): unknown {
  return looksLikeExpression(value) ? { literal: value } : value;
}

function looksLikeExpression(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [only, ...more] = Object.keys(value);
  if (more.length === 0 && ['jsonata', 'handlebars', 'var', 'literal'].includes(only ?? '')) return true;
  return Object.values(value).some(looksLikeExpression);
}
